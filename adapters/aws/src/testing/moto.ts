import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsEngine } from './aws-engine.ts';

/** How long it may take to start, in milliseconds. */
const startMs = 60_000;

/**
 * AWS as moto_server reads it, in a process of its own. Its clock is the machine's.
 *
 * @param options.ahead - Whether `pass` moves the adapters' clock and no other: for what the engine looks at no clock for.
 *   Otherwise it waits the time out.
 * @throws {Error} when moto_server is not on PATH, or does not listen within a minute, with what it wrote.
 */
export async function moto({ ahead }: { readonly ahead: boolean }): Promise<AwsEngine> {
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const port = await listening(server);
  // Its log of requests is read on, so that it never waits for a reader, but keeps nobody from ending.
  for (const stream of [server.stdout, server.stderr]) {
    stream.resume();
    (stream as unknown as { unref(): void }).unref();
  }
  server.unref();
  const end = (): boolean => server.kill('SIGKILL');
  process.once('exit', end);
  let aheadMs = 0;
  return {
    port,
    now: () => Date.now() + aheadMs,
    async pass(durationMs) {
      if (ahead) aheadMs += durationMs;
      else await sleep(durationMs);
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', end);
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.ref();
      if (end()) await ended;
    },
  };
}

async function listening(server: ReturnType<typeof spawn>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let written = '';
  const failed = (why: string): void => reject(new Error(`moto_server ${why}; it wrote:\n${written.slice(-4_000)}`));
  const limit = setTimeout(() => failed(`did not listen within ${startMs} ms`), startMs);
  server.once('error', (error) => failed(`did not start: ${error.message}`));
  server.once('exit', (code) => failed(`ended with code ${code}`));
  const readers = [server.stdout!, server.stderr!].map((input) => createInterface({ input }));
  for (const reader of readers)
    reader.on('line', (line) => {
      written += `${line}\n`;
      const found = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
      if (found !== null) resolve(Number(found[1]));
    });
  try {
    return await promise;
  } finally {
    clearTimeout(limit);
    for (const reader of readers) reader.close();
  }
}
