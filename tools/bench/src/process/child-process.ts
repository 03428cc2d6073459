import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of the bench's own. */
export interface Child<Told> {
  /** What it tells next. Rejects with what it complained of where it ends first. */
  next(): Promise<Told>;
  tell(message: object): void;
  /** Settles when it has ended. */
  readonly ended: Promise<void>;
}

/**
 * Starts a module in a process of its own.
 *
 * @param given - Plain data, which travels as an argument: {@link givenToChild} reads it.
 * @param what - What it does in a few words, for failures.
 * @param flags - Of Node. @default those of this process
 */
export function startChild<Told>(entry: URL, given: object, what: string, flags?: readonly string[]): Child<Told> {
  const child = fork(fileURLToPath(entry), [JSON.stringify(given)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...(flags === undefined ? {} : { execArgv: [...flags] }),
  });
  let complaint = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk.toString()}`.slice(-2_000);
  });
  const told: Told[] = [];
  let failure: Error | undefined;
  let notify: () => void = () => {};
  child.on('message', (message) => {
    told.push(message as Told);
    notify();
  });
  // Not at its exit: what it wrote last is read by then.
  const ended = once(child, 'close').then(
    ([code, signal]) => {
      failure = new Error(`${what} ended with ${signal ?? code}\n${complaint}`);
      notify();
    },
    (error: unknown) => {
      failure = error as Error;
      notify();
    },
  );
  return {
    async next() {
      while (told.length === 0) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => (notify = resolve));
      }
      return told.shift()!;
    },
    tell: (message) => void child.send(message),
    ended,
  };
}

/** In a child: what it was given. It ends when whoever started it does. */
export function givenToChild<Given>(): Given {
  process.once('disconnect', () => process.exit(1));
  return JSON.parse(process.argv[2]!) as Given;
}

/** In a child: tells whoever started it. */
export const tellParent = (message: object): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send!(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });

/** In a child: tells a last thing and ends, whatever connections and timers are left behind. */
export async function endChild(last: object): Promise<never> {
  await tellParent(last);
  process.exit(0);
}
