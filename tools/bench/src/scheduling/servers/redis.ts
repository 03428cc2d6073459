import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { findBinary } from './find-binary.ts';
import { freePort, startProgram, type Server } from './server.ts';

export const redisHint = 'install Redis ("apt-get install redis-server", "brew install redis")';

/** The program, `undefined` where Redis is not installed. */
export const findRedis = (): string | undefined => findBinary('redis-server');

/**
 * Starts a Redis that answers a write when it is on disk: `appendfsync always`.
 *
 * @param options.tuned - Also looks for clients that have waited long enough 500 times a second, not 10: BullMQ's workers
 *   wait for delayed jobs that way, so that this decides how late they are.
 */
export async function startRedis(
  binary: string,
  folder: string,
  { tuned }: { readonly tuned: boolean },
): Promise<Server> {
  const port = await freePort();
  mkdirSync(folder, { recursive: true });
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'always',
    save: '',
    ...(tuned ? { hz: 500 } : {}),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const program = await startProgram(binary, args, () => answersPing(port));
  const version = /v=(\S+)/.exec(execFileSync(binary, ['--version'], { encoding: 'utf8' }))?.[1] ?? '?';
  return {
    connection: `redis://127.0.0.1:${port}`,
    description: `Redis ${version}, appendfsync always`,
    stop: () => program.stop('SIGTERM'),
  };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
    socket.once('error', () => end(false));
  });
}
