import assert from 'node:assert/strict';
import type { Case } from '../suite/case.ts';
import { currentRunner } from '../suite/runner.ts';
import { firstFailing } from './mutant.ts';

/** A suite, and what it has to notice. */
export interface Noticing<H extends AsyncDisposable> {
  readonly kind: string;
  /** The reference passes each of them. */
  readonly cases: readonly Case<H>[];
  /** Engines with a fault each, by what is wrong with them. */
  readonly faulty: Readonly<Record<string, () => Promise<H>>>;
  /** Engines with none. */
  readonly untouched: readonly (() => Promise<H>)[];
}

/** Slowest of all are the cases that no fault stops. */
const timeoutMs = 60_000;

/** Registers a test for each fault: that a case of the suite fails on it. And none must fail where there is no fault. */
export function noticing<H extends AsyncDisposable>({ kind, cases, faulty, untouched }: Noticing<H>): void {
  const { describe, test } = currentRunner();
  describe(`the ${kind} suite`, () => {
    for (const [wrong, harness] of Object.entries(faulty)) {
      const notices = async (): Promise<void> =>
        assert.notEqual(await firstFailing(cases, harness), undefined, 'no case has failed');
      test(`notices where ${wrong}`, notices, timeoutMs);
    }
    const noFault = async (): Promise<void> => {
      for (const harness of untouched) assert.equal(await firstFailing(cases, harness), undefined);
    };
    test('notices nothing where the reference is left as it is', noFault, timeoutMs);
    const titles = async (): Promise<void> =>
      assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length, 'two cases have one title');
    test('gives each case a title of its own', titles, timeoutMs);
  });
}
