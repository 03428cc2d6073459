import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = join(import.meta.dirname, '../..');

/** Builds the console where there is no build, or one that is older than what it is built from. */
export function ensureBuilt(): void {
  if (builtAt() > newestSourceAt()) return;
  const require = createRequire(import.meta.url);
  const vite = join(dirname(require.resolve('vite/package.json')), 'bin/vite.js');
  const { status, stderr } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: folder,
    // Jest's own NODE_ENV would put React's development build into it.
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the console could not be built: ${stderr}`);
}

function builtAt(): number {
  return statSync(join(folder, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestSourceAt(): number {
  const sources = globSync(['index.html', 'package.json', 'vite.config.ts', 'public/*', 'src/**/*.{ts,tsx,css}'], {
    cwd: folder,
  });
  return Math.max(...sources.map((file) => statSync(join(folder, file)).mtimeMs));
}
