import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listens } from '../loopback-ports.ts';

export interface FunctionProcessOptions {
  /** The folder of the artefact. */
  readonly source: string;
  /** The exported function's name. */
  readonly target: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

/** One function, as built, in a process of its own. */
export interface FunctionProcess extends AsyncDisposable {
  /** What it wrote, for tests that fail. */
  readonly log: () => string;
}

const require = createRequire(import.meta.url);
/** How long a function may take to listen, in milliseconds. */
const startMs = 60_000;

/**
 * Starts a function as Cloud Run does: the Functions Framework's own program, told by environment variables alone what to
 * run.
 *
 * @throws {Error} when it does not listen within a minute, with what it wrote.
 * @see https://cloud.google.com/functions/docs/functions-framework
 */
export async function startFunction({ source, target, port, env }: FunctionProcessOptions): Promise<FunctionProcess> {
  const program = join(dirname(require.resolve('@google-cloud/functions-framework')), 'main.js');
  const child = spawn(process.execPath, [program], {
    cwd: source,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      PORT: String(port),
      FUNCTION_TARGET: target,
      FUNCTION_SIGNATURE_TYPE: 'http',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (written = `${written}${chunk.toString()}`.slice(-20_000)));
  const ended = once(child, 'exit');
  const stop = (): boolean => child.kill('SIGKILL');
  process.once('exit', stop);
  for (const end = Date.now() + startMs; !(await listens(port)); await delay(20)) {
    if (child.exitCode === null && Date.now() < end) continue;
    stop();
    throw new Error(`function "${target}" does not listen on port ${port}; it wrote:\n${written}`);
  }
  return {
    log: () => written,
    async [Symbol.asyncDispose]() {
      process.off('exit', stop);
      stop();
      await ended;
    },
  };
}
