import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A bundle whose start is measured. */
export interface Candidate {
  readonly label: string;
  /** Absolute path of a CommonJS bundle. */
  readonly bundle: string;
  /** Name of the exported handler. */
  readonly handler: string;
  readonly event: unknown;
  /** What the first response must be; anything else is an error. */
  readonly status: number;
}

/** From the beginning of a process, milliseconds. */
export interface Start {
  readonly importMs: number;
  readonly responseMs: number;
}

const probe = fileURLToPath(new URL('./cold-start-probe.cjs', import.meta.url));

/**
 * Starts each candidate in turn, again and again, so that what else the machine does falls on all of them alike.
 *
 * @param rounds - Starts of each that count; one more goes first and does not.
 * @returns Medians, in the order of the candidates.
 */
export async function coldStarts(
  candidates: readonly Candidate[],
  rounds: number,
  env: Readonly<Record<string, string>>,
): Promise<readonly Start[]> {
  const starts: Start[][] = candidates.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, candidate] of candidates.entries()) {
      const start = await startOnce(candidate, env);
      if (round > 0) starts[index]!.push(start);
    }
  }
  return starts.map((all) => ({
    importMs: median(all.map(({ importMs }) => importMs)),
    responseMs: median(all.map(({ responseMs }) => responseMs)),
  }));
}

function startOnce(
  { label, bundle, handler, event, status }: Candidate,
  env: Readonly<Record<string, string>>,
): Promise<Start> {
  const child = fork(probe, [bundle, handler, JSON.stringify(event)], {
    execArgv: [],
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let written = '';
  child.stderr!.on('data', (chunk: Buffer) => (written += chunk.toString()));
  return new Promise((resolve, reject) => {
    let start: (Start & { readonly status: number }) | undefined;
    child.on('message', (message) => (start = message as typeof start));
    child.once('exit', (code) => {
      if (start === undefined) reject(new Error(`${label} ended with code ${code}: ${written.slice(-2_000)}`));
      else if (start.status !== status) reject(new Error(`${label} answered ${start.status}, expected ${status}`));
      else resolve(start);
    });
  });
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
