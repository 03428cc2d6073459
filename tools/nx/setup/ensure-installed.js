// Runs before `npm start` and `npm test`, on whatever Node the machine has and before anything is installed:
// plain JavaScript, built-ins only.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);

/** Milliseconds of the last change, or 0 when the file is absent. */
function changedMs(path) {
  return statSync(new URL(path, root), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

// npm writes this hidden lockfile last, so an install that was cut short counts as missing.
const installedMs = changedMs('node_modules/.package-lock.json');

if (installedMs === 0 || installedMs < changedMs('package-lock.json')) {
  console.log('Installing dependencies first (npm ci) ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exit(status ?? 1);
}
