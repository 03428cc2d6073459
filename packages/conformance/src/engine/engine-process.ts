import { fork, type ChildProcess } from 'node:child_process';
import { flushCompileCache } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An engine that runs in a process of its own, whose clock tests can move. */
export interface EngineProcess extends AsyncDisposable {
  /** Where it listens, on loopback. */
  readonly port: number;
  /** The engine's clock, milliseconds since 1970: the real one, and what was passed. */
  now(): number;
  /** Moves the engine's clock forward; resolves when its timers that became due have been called. */
  pass(durationMs: number): Promise<void>;
}

/** How long an engine may take to start, in milliseconds. */
const startMs = 60_000;

/**
 * Starts an engine written for Node: dynalite, Azurite, a double.
 *
 * @param script - A module that starts the engine on a free port of 127.0.0.1 and then says so with
 *   {@link sayListening}. It ends by itself when this process does.
 * @param args - Passed on to it, in `process.argv`.
 * @throws {Error} when it does not start within a minute, with what it wrote.
 */
export async function startEngine(script: URL, args: readonly string[] = []): Promise<EngineProcess> {
  const clock = new URL(`./movable-clock${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  const child = fork(fileURLToPath(script), args, {
    execArgv: ['--conditions=@portolan/source', '--disable-warning=ExperimentalWarning', '--import', clock.href],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A debugger or a test runner's flags are not meant for the engine.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const port = await listening(child, script);
  let aheadMs = 0;
  // It runs as long as tests want it, and must keep nobody from ending.
  child.unref();
  child.channel?.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref(): void } | null)?.unref();
  return {
    port,
    now: () => Date.now() + aheadMs,
    async pass(durationMs) {
      child.channel?.ref();
      await Promise.all([heard(child, 'passed'), send(child, { pass: durationMs })]);
      child.channel?.unref();
      aheadMs += durationMs;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.ref();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Tells the parent that the engine listens; for the scripts that {@link startEngine} runs. */
export function sayListening(port: number): void {
  // Engines are killed, and what is kept of compiling them (NODE_COMPILE_CACHE) is otherwise written when a process ends.
  flushCompileCache();
  process.send?.({ listening: port });
}

async function listening(child: ChildProcess, script: URL): Promise<number> {
  let written = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => (written = `${written}${chunk.toString()}`.slice(-4_000)));
  }
  const failed = (why: string) => new Error(`${script.pathname} ${why}; it wrote:\n${written}`);
  const { promise: over, reject } = Promise.withResolvers<never>();
  const limit = setTimeout(() => reject(failed(`did not listen within ${startMs} ms`)), startMs);
  const exited = (code: number | null) => reject(failed(`ended with code ${code}`));
  child.once('exit', exited);
  try {
    return (await Promise.race([heard(child, 'listening'), over])) as number;
  } finally {
    clearTimeout(limit);
    child.off('exit', exited);
  }
}

function heard(child: ChildProcess, field: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the engine has ended'));
    const onMessage = (message: unknown) => {
      const value = (message as Record<string, unknown>)[field];
      if (value === undefined) return;
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(value);
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}

const send = (child: ChildProcess, message: { readonly pass: number }): Promise<void> =>
  new Promise((resolve, reject) => child.send(message, (error) => (error === null ? resolve() : reject(error))));
