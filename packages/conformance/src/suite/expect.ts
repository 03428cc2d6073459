import assert from 'node:assert/strict';
import { PortError, type ErrorCode, type Schema } from '@portolan/kernel';
import type { Harness } from '../harness.ts';

/** A schema that takes every value as it is: what suites test is the engine, not the validator. */
export function anything<T>(): Schema<T> {
  return { '~standard': { version: 1, vendor: 'portolan', validate: (value) => ({ value: value as T }) } };
}

/** Asserts that an operation is refused with a code of the contract. */
export async function refuses(code: ErrorCode, operation: () => Promise<unknown>, what: string): Promise<void> {
  try {
    // Contracts promise a rejection, never a throw before the promise.
    const pending = operation();
    await pending;
  } catch (error) {
    assert.ok(error instanceof PortError, `${what}: expected a PortError, not ${String(error)}`);
    assert.equal(error.code, code, `${what}: ${error.message}`);
    return;
  }
  assert.fail(`${what}: expected a refusal with "${code}"`);
}

const settlingRounds = 40;

/** What can be waited with: the engine of a port, or a host. */
type Time = Pick<Harness, 'now' | 'pass' | 'settle' | 'patience'>;

/** Waits, without moving time, until `check` stops throwing; then throws what it last threw. */
export async function eventually<T>(harness: Pick<Time, 'settle'>, check: () => T | Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    await harness.settle();
    try {
      return await check();
    } catch (error) {
      if (round === settlingRounds) throw error;
    }
  }
}

/** Moves time step by step until `check` stops throwing; then throws what it last threw. */
export async function within<T>(
  harness: Time,
  limitMs: number,
  check: () => T | Promise<T>,
  stepMs = 1_000,
): Promise<T> {
  const until = harness.now() + limitMs * (harness.patience ?? 1);
  for (;;) {
    await harness.settle();
    try {
      return await check();
    } catch (error) {
      if (harness.now() >= until) throw error;
      await harness.pass(Math.max(1, Math.min(stepMs, until - harness.now())));
    }
  }
}
