import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { listens } from '../loopback-ports.ts';

/** A container in a process of its own, as Cloud Run starts and ends one. */
export interface ContainerProcess extends AsyncDisposable {
  readonly log: () => string;
  /** Ends it as Cloud Run does. @returns Its exit code, and how long it took, in milliseconds. */
  terminate(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
}

/** How long it may take to listen, in milliseconds. */
const startMs = 60_000;

/** What runs in a container unless something else is given: the sources of container.ts. */
const ownArgs = [
  '--conditions=@portolan/source',
  '--disable-warning=ExperimentalWarning',
  fileURLToPath(new URL('./container.ts', import.meta.url)),
];

/** @param args - What Node is called with. */
export async function startContainer(
  port: number,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = ownArgs,
): Promise<ContainerProcess> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (written = `${written}${chunk.toString()}`.slice(-20_000)));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  for (const end = Date.now() + startMs; !(await listens(port)); await delay(20)) {
    if (child.exitCode === null && Date.now() < end) continue;
    kill();
    throw new Error(`the container does not listen on port ${port}; it wrote:\n${written}`);
  }
  return {
    log: () => written,
    async terminate() {
      const startedAt = performance.now();
      child.kill('SIGTERM');
      const [code] = await ended;
      return { code, tookMs: performance.now() - startedAt };
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', kill);
      kill();
      await ended;
    },
  };
}
