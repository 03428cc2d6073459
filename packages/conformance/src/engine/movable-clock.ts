// Loaded with --import before an engine, in a process of its own: makes all that the engine knows of time movable, so that
// a delay of a week passes in a moment. The parent says `{ pass: ms }` and is answered once everything due has been called.
import timers from 'node:timers';
import { syncBuiltinESMExports } from 'node:module';

interface Waiting {
  dueMs: number;
  readonly everyMs: number | undefined;
  readonly call: () => void;
  handle: NodeJS.Timeout;
  referenced: boolean;
}

const RealDate = Date;
const realTimeout = setTimeout;
const realClear = clearTimeout;
const longestMs = 2 ** 31 - 1;
let aheadMs = 0;
const now = (): number => RealDate.now() + aheadMs;

class MovableDate extends RealDate {
  constructor(...given: [] | ConstructorParameters<DateConstructor>) {
    if (given.length === 0) super(now());
    else super(...(given as [number]));
  }

  static override now(): number {
    return now();
  }
}

const waiting = new Map<object, Waiting>();

/** The object that the engine holds: it keeps what libraries do with timers. */
class MovableTimer {
  ref(): this {
    return this.#refer(true);
  }

  unref(): this {
    return this.#refer(false);
  }

  hasRef(): boolean {
    return waiting.get(this)?.referenced ?? false;
  }

  refresh(): this {
    const entry = waiting.get(this);
    if (entry !== undefined) arm(this, entry);
    return this;
  }

  close(): this {
    clear(this);
    return this;
  }

  [Symbol.dispose](): void {
    clear(this);
  }

  #refer(referenced: boolean): this {
    const entry = waiting.get(this);
    if (entry === undefined) return this;
    entry.referenced = referenced;
    if (referenced) entry.handle.ref();
    else entry.handle.unref();
    return this;
  }
}

function arm(timer: MovableTimer, entry: Waiting): void {
  realClear(entry.handle);
  entry.handle = realTimeout(() => due(timer), Math.min(Math.max(entry.dueMs - now(), 0), longestMs));
  if (!entry.referenced) entry.handle.unref();
}

function due(timer: MovableTimer): void {
  const entry = waiting.get(timer);
  if (entry === undefined) return;
  if (entry.dueMs > now()) return arm(timer, entry);
  if (entry.everyMs === undefined) waiting.delete(timer);
  else {
    // Intervals ring once for all the time that was skipped: an engine that looks around each second need not do so a million times.
    entry.dueMs = now() + entry.everyMs;
    arm(timer, entry);
  }
  entry.call();
}

function wait(
  call: (...args: unknown[]) => void,
  ms: number | undefined,
  repeat: boolean,
  args: unknown[],
): MovableTimer {
  const timer = new MovableTimer();
  const delayMs = Math.max(1, Number(ms) || 1);
  const entry: Waiting = {
    dueMs: now() + delayMs,
    everyMs: repeat ? delayMs : undefined,
    call: () => call(...args),
    handle: realTimeout(() => {}, 0),
    referenced: true,
  };
  waiting.set(timer, entry);
  arm(timer, entry);
  return timer;
}

function clear(timer: unknown): void {
  const entry = waiting.get(timer as object);
  if (entry === undefined) return realClear(timer as NodeJS.Timeout);
  realClear(entry.handle);
  waiting.delete(timer as object);
}

const replaced = {
  setTimeout: (call: () => void, ms?: number, ...args: unknown[]) => wait(call, ms, false, args),
  setInterval: (call: () => void, ms?: number, ...args: unknown[]) => wait(call, ms, true, args),
  clearTimeout: clear,
  clearInterval: clear,
};
Object.assign(globalThis, replaced, { Date: MovableDate });
Object.assign(timers, replaced);
syncBuiltinESMExports();

process.on('message', (message: { readonly pass?: number }) => {
  if (message.pass === undefined) return;
  aheadMs += message.pass;
  // What is due is called; what has come nearer waits for what is left.
  for (const [timer] of [...waiting].sort(([, a], [, b]) => a.dueMs - b.dueMs)) due(timer as MovableTimer);
  setImmediate(() => process.send?.({ passed: true }));
});
// An engine never outlives the tests that started it.
process.on('disconnect', () => process.exit(0));
