import type { Trace } from './trace.ts';

/** What every function is given besides its ports. */
export interface Context {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly deadline: Deadline;
  readonly trace: Trace;
}

/** Wall-clock time. It may jump either way; nothing may rely on its being monotonic. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export interface Ids {
  /** A new id: 26 characters of `0-9a-z`, unique, and in the order of creation within one process. */
  next(): string;
}

export interface Random {
  /** A uniform draw in [0, 1). Not for secrets. */
  next(): number;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Structured logging. Secrets and payloads do not belong in fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** When the invocation will be given up, and the signal that says so. */
export interface Deadline {
  /** Milliseconds since 1970; `Infinity` where the host sets none. */
  readonly at: number;
  readonly signal: Signal;
}

/** The part of an AbortSignal that a domain may use; every AbortSignal is one. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a host brings to build contexts from. */
export interface Environment {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  /** A deadline at an instant; its signal costs nothing until someone asks for it. */
  readonly deadline: (at: number) => Deadline;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A deadline that never comes. */
export const noDeadline: Deadline = {
  at: Infinity,
  signal: { aborted: false, reason: undefined, addEventListener() {}, removeEventListener() {} },
};
