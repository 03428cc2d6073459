import { execFileSync, type StdioOptions } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { debianPostgresFolders, findBinary } from './find-binary.ts';
import { freePort, startProgram, type Server } from './server.ts';

export const postgresHint = 'install PostgreSQL ("apt-get install postgresql", "brew install postgresql")';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly isReady: string;
}

/** The programs, `undefined` where PostgreSQL is not installed. */
export function findPostgres(): PostgresBinaries | undefined {
  const folders = debianPostgresFolders();
  const [postgres, initdb, isReady] = ['postgres', 'initdb', 'pg_isready'].map((name) => findBinary(name, folders));
  return postgres === undefined || initdb === undefined || isReady === undefined
    ? undefined
    : { postgres, initdb, isReady };
}

/** Room for the measurements in memory, and no checkpoint in the middle of one. Everything else as it comes. */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  max_connections: '200',
  listen_addresses: '127.0.0.1',
};

/** Starts a PostgreSQL that answers a commit when it is on disk, as the user `postgres` where we are root: root it refuses. */
export async function startPostgres(binaries: PostgresBinaries, folder: string): Promise<Server> {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const asRoot = process.getuid?.() === 0;
  if (asRoot) execFileSync('chown', ['postgres', folder]);
  const data = join(folder, 'data');
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
  const initdb = as(asRoot, binaries.initdb, [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '--no-locale',
    '-E',
    'UTF8',
  ]);
  execFileSync(initdb.command, initdb.args, { stdio, cwd: folder });
  const options = Object.entries({ ...settings, port, unix_socket_directories: folder });
  const postgres = as(asRoot, binaries.postgres, [
    '-D',
    data,
    ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const program = await startProgram(postgres.command, postgres.args, async () => {
    try {
      execFileSync(binaries.isReady, ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
      return true;
    } catch {
      // Not yet.
      return false;
    }
  });
  const version = /\d+(\.\d+)*/.exec(execFileSync(binaries.postgres, ['--version'], { encoding: 'utf8' }))?.[0] ?? '?';
  return {
    connection: `postgres://postgres@127.0.0.1:${port}/postgres`,
    description: `PostgreSQL ${version}, fsync on, synchronous_commit on`,
    // SIGINT is its fast shutdown: open connections are ended.
    stop: () => program.stop('SIGINT'),
  };
}

/** `setpriv` takes the place of the process that calls it, so that signals reach the server itself. */
const as = (asRoot: boolean, command: string, args: readonly string[]) =>
  asRoot
    ? { command: 'setpriv', args: ['--reuid=postgres', '--regid=postgres', '--init-groups', command, ...args] }
    : { command, args: [...args] };
