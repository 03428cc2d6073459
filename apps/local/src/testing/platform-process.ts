import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of this app in a process of its own. */
export interface Program {
  /** Settles when it has ended and all it wrote is read. */
  readonly exit: Promise<Exit>;
  /** What it has written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when its standard output matches. Rejects, showing what it wrote, when it ends first or too late. */
  saw(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
}

const sources = join(import.meta.dirname, '..');

/** Nothing of this process's environment but what a program needs to start. */
const environmentOf = (more: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  PORT: '0',
  ...more,
});

/**
 * Starts a program from source.
 *
 * @param program - File below `src`.
 * @param options.flags - For Node. @default what runs sources
 * @param options.withinMs - It is killed after this long. @default 60,000
 */
export function startProgram(
  program: string,
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
    readonly flags?: readonly string[];
    readonly withinMs?: number;
  } = {},
): Program {
  const { environment = {}, args = [], flags = ['--conditions=@portolan/source'], withinMs = 60_000 } = options;
  const child = spawn(process.execPath, [...flags, join(sources, program), ...args], {
    env: environmentOf(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), withinMs);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exit = once(child, 'close').then(([code, signal]): Exit => {
    clearTimeout(limit);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr };
  });
  return {
    exit,
    stdout: () => stdout,
    stderr: () => stderr,
    saw: (pattern, sawWithinMs = 20_000) =>
      new Promise((resolve, reject) => {
        const fail = (why: string): void => reject(new Error(`${program} ${why}\n${stdout}\n${stderr}`));
        const timer = setTimeout(() => fail(`did not write ${pattern} within ${sawWithinMs} ms`), sawWithinMs);
        const look = (): void => {
          const match = pattern.exec(stdout);
          if (match === null) return;
          clearTimeout(timer);
          child.stdout.off('data', look);
          resolve(match);
        };
        child.stdout.on('data', look);
        void exit.then(() => {
          clearTimeout(timer);
          fail(`ended before it wrote ${pattern}`);
        });
        look();
      }),
    stop(signal) {
      child.kill(signal);
      return exit;
    },
    kill: (signal) => void child.kill(signal),
  };
}

/** The platform in a process of its own. */
export interface PlatformProcess extends Program, AsyncDisposable {
  /** `http://127.0.0.1:40321` */
  readonly url: string;
}

/** Starts the platform and waits until it serves. Disposing of it kills it. */
export async function startPlatformProcess(
  dataFolder: string,
  environment: Readonly<Record<string, string>> = {},
  withinMs = 110_000,
): Promise<PlatformProcess> {
  const program = startProgram('main.ts', {
    environment: { PORTOLAN_DATA: dataFolder, PORTOLAN_LOG: 'error', ...environment },
    withinMs,
  });
  const [, url] = await program.saw(/Console\s+(http:\S+)\/\n/);
  return {
    ...program,
    url: url!,
    async [Symbol.asyncDispose]() {
      await program.stop('SIGKILL');
    },
  };
}

/** A new folder that goes with whoever disposes of it. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'portolan-app-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
