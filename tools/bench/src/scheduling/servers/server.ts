import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';

/** A database server of the bench's own, on loopback and a free port, stopped when the bench is done with it. */
export interface Server {
  /** What peers connect to. */
  readonly connection: string;
  /** Name and version, with the settings that decide durability. */
  readonly description: string;
  stop(): Promise<void>;
}

/** How long a server may take to start or to stop, in milliseconds. */
const patienceMs = 20_000;

/** A port on loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as { readonly port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Starts a program and waits until `isReady`. @throws {Error} with what it said when it ends or stays silent. */
export async function startProgram(
  command: string,
  args: readonly string[],
  isReady: () => Promise<boolean>,
): Promise<{ stop(signal: NodeJS.Signals): Promise<void> }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-4_000);
    });
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // A bench that is interrupted must not leave servers behind.
  const killNow = () => child.kill('SIGKILL');
  process.once('exit', killNow);
  void exited.then(() => process.removeListener('exit', killNow));
  const giveUpAt = Date.now() + patienceMs;
  while (!(await isReady())) {
    if (failure !== undefined || child.exitCode !== null || Date.now() > giveUpAt) {
      child.kill('SIGKILL');
      throw new Error(`${command} did not start: ${failure ?? said}`);
    }
    await pause(50);
  }
  return { stop: (signal) => stopProgram(child, exited, signal) };
}

async function stopProgram(child: ChildProcess, exited: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  const ended = await Promise.race([exited.then(() => true), pause(patienceMs).then(() => false)]);
  if (!ended) child.kill('SIGKILL');
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
