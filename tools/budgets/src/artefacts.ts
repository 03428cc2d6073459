import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle, type Bundle, type Metafile } from './bundle.ts';
import { bundleLimits } from './limits.ts';

const root = join(import.meta.dirname, '../../..');

/** Builds every deployable that has a budget. @throws {Error} with what the build wrote. */
export function buildArtefacts(): void {
  const projects = Object.keys(bundleLimits).map((app) => app.replace('/', '-'));
  const args = ['nx', 'run-many', '-t', 'build', '-p', projects.join(',')];
  const { status, stdout, stderr } = spawnSync('npx', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout + stderr);
}

/** What a deployable that was built is made of. @param app - Its folder below `apps`. */
export function bundleOf(app: string): Bundle {
  return readBundle(JSON.parse(readFileSync(join(root, 'dist/apps', app, 'meta.json'), 'utf8')) as Metafile);
}
