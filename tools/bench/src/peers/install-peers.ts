import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder with a lockfile of its own, below the workspace's globs, so that no `npm ci` of the workspace brings peers along. */
const folder = fileURLToPath(new URL('../../peers', import.meta.url));

/** Installs the peers, unless they are there as the lockfile wants them. @returns What went wrong, if anything did. */
export function installPeers(): string | undefined {
  const installed = join(folder, 'node_modules/.package-lock.json');
  const wanted = join(folder, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return undefined;
  const { status, error, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return undefined;
  return error?.message ?? stderr.split('\n').find((line) => line.includes('error')) ?? `npm ci ended with ${status}`;
}

/** The version of a peer that is installed. */
export function peerVersion(name: string): string {
  const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
