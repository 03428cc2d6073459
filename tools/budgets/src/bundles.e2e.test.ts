import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foreignInputs, readBundle, type Metafile } from './bundle.ts';
import { bundleLimits } from './limits.ts';

const root = join(import.meta.dirname, '../../..');

beforeAll(() => {
  const projects = Object.keys(bundleLimits).map((app) => app.replace('/', '-'));
  const built = spawnSync('npx', ['nx', 'run-many', '-t', 'build', '-p', projects.join(',')], {
    cwd: root,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stdout + built.stderr);
});

test.each(Object.entries(bundleLimits))(
  '%s stays within its budget and holds nothing of another cloud',
  (app, limit) => {
    const metafile = readFileSync(join(root, 'dist/apps', app, 'meta.json'), 'utf8');
    const bundle = readBundle(JSON.parse(metafile) as Metafile);
    expect(bundle.bytes).toBeLessThanOrEqual(limit.maxBytes);
    expect(foreignInputs(bundle, limit.cloud)).toEqual([]);
    expect(bundle.inputs.map(({ name }) => name)).toContain(`adapters/${limit.cloud}`);
  },
);
