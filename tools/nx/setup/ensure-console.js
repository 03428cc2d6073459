// Runs before `npm start`: builds the console where it is missing or older than its sources. Once built, it takes no time.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../../apps/console/', import.meta.url);

/** Milliseconds of the last change of a file, or of anything in a folder; 0 when it is absent. */
function changedMs(url) {
  const stat = statSync(url, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  const entries = readdirSync(url, { withFileTypes: true });
  return Math.max(0, ...entries.map((entry) => changedMs(new URL(entry.name + (entry.isDirectory() ? '/' : ''), url))));
}

const builtMs = changedMs(new URL('dist/index.html', folder));
const sources = ['src/', 'public/', 'index.html', 'vite.config.ts', 'package.json'];

if (builtMs < Math.max(...sources.map((name) => changedMs(new URL(name, folder))))) {
  console.log('Building the console first ...');
  const { status } = spawnSync('npx', ['vite', 'build', '--logLevel', 'warn'], {
    cwd: fileURLToPath(folder),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exit(status ?? 1);
}
