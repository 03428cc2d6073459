import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { scratchRoot } from '../../lanes/scratch.ts';

const root = join(import.meta.dirname, '../../../../..');

/** The environment of programs whose output tests read: uncoloured, and without a word on colours, whatever the tests' own is. */
export const plain = { FORCE_COLOR: '0', NO_COLOR: '1' } as const;

/** A copy of this workspace, as it is about to be committed, for tests that change or break it. */
export interface ScratchWorkspace extends Disposable {
  readonly folder: string;
  /** Links workspaces that are new, as `npm install` would. */
  link(): void;
  /**
   * Runs a program, those of node_modules/.bin first, in an environment that tells it nothing of the workspace around the test.
   *
   * @returns What it printed. @throws {Error} with what it printed, when it fails.
   */
  run(program: string, ...args: string[]): string;
  /** The environment that {@link run} gives, for programs that are started otherwise. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Copies every file that Git knows or would add; what npm installed is linked, and the workspaces are the copy's own. */
export function scratchWorkspace(): ScratchWorkspace {
  const folder = scratchFolder('scratch');
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  linkInstalled(folder);
  linkWorkspaces(folder);
  const environment = environmentOf(folder);
  return {
    folder,
    link: () => linkWorkspaces(folder),
    run(program, ...args) {
      const { stdout, stderr, status } = spawnSync(program, args, {
        cwd: folder,
        encoding: 'utf8',
        env: environment,
        maxBuffer: 64 * 1_024 * 1_024,
      });
      if (status === 0) return stdout;
      throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    },
    environment,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * An empty folder for files of a test, by its real path: Nx compares folders by their text. It lies in memory where the machine
 * has room there, since what is written is thousands of small files that are soon removed.
 */
export function scratchFolder(name: string): string {
  return realpathSync(mkdtempSync(join(scratchRoot(), `portolan-${name}-`)));
}

function environmentOf(folder: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(NX_|npm_|JEST_|NODE_OPTIONS|NODE_ENV)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    PATH: `${join(folder, 'node_modules/.bin')}${delimiter}${process.env['PATH']}`,
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    ...plain,
  };
}

/** Everything installed but the workspaces: one link for each package. */
function linkInstalled(folder: string): void {
  for (const { at, names } of installedIn(root)) {
    mkdirSync(join(folder, at), { recursive: true });
    for (const name of names) symlinkSync(join(root, at, name), join(folder, at, name));
  }
}

function installedIn(root: string): readonly { readonly at: string; readonly names: readonly string[] }[] {
  const scopes = readdirSync(join(root, 'node_modules')).filter((name) => name.startsWith('@') && name !== '@portolan');
  const plain = readdirSync(join(root, 'node_modules')).filter((name) => !name.startsWith('@'));
  // Versions that only one workspace has lie in that workspace.
  const nested = globSync('{packages,adapters,apps,tools}/*/node_modules', { cwd: root });
  return [
    {
      at: 'node_modules',
      names: plain.filter((name) => !realpathSync(join(root, 'node_modules', name)).startsWith(join(root, 'apps'))),
    },
    ...scopes.map((scope) => ({
      at: join('node_modules', scope),
      names: readdirSync(join(root, 'node_modules', scope)),
    })),
    ...nested.map((at) => ({ at, names: readdirSync(join(root, at)) })),
  ];
}

function linkWorkspaces(folder: string): void {
  const manifests = globSync('{packages/*,adapters/*,apps/*,apps/*/*,tools/*}/package.json', {
    cwd: folder,
    exclude: ['**/node_modules/**'],
  });
  for (const manifest of manifests) {
    const { name } = JSON.parse(readFileSync(join(folder, manifest), 'utf8')) as { readonly name: string };
    const link = join(folder, 'node_modules', name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(folder, dirname(manifest)), link);
  }
}
