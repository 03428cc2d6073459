import assert from 'node:assert/strict';
import type { ConformanceRun, Harness } from '../harness.ts';
import { casesFor, runCase, runDeviation, unknownDeviations, type Case, type SuiteKind } from './case.ts';
import { recordOf, recordsFolder, writeRecord, type CaseRecord, type RunRecord } from './record.ts';
import { currentRunner, type Runner } from './runner.ts';

/** A suite as a whole: what `tableConformance` and the like hand to the test runner. */
export interface Suite<H extends AsyncDisposable = Harness> {
  readonly kind: SuiteKind;
  readonly suite: RunRecord['suite'];
  readonly cases: readonly Case<H>[];
  /** Titles that the other suite of the kind has: a run's deviations are for both. */
  readonly alsoKnown: readonly string[];
}

// Real engines wait real time out, and models start many of them; what needs longer has lost its way.
const caseTimeoutMs = 60_000;
const foundTimeoutMs = 180_000;
const modelTimeoutMs = 300_000;

/**
 * Registers one test for each case with the test runner around it, and records how they ended.
 *
 * @param runner - For tests of this function. @default the globals
 */
export function runSuite<H extends AsyncDisposable>(
  { kind, suite, cases, alsoKnown }: Suite<H>,
  run: ConformanceRun<H>,
  runner: Runner = currentRunner(),
  folder = recordsFolder,
): void {
  const applicable = casesFor(cases, run);
  const records = new Map<string, CaseRecord>();
  const what = suite === 'model' ? `${kind} model` : kind;
  runner.describe(`${run.adapter} on ${run.cloud} (${run.engine}), held against the ${what}`, () => {
    runner.test(
      'names only cases of this run in its deviations',
      async () => assert.deepEqual(unknownDeviations(cases, alsoKnown, run), []),
      caseTimeoutMs,
    );
    for (const subject of applicable)
      registerCase(subject, run, runner, (record) => records.set(subject.title, record));
    runner.afterAll(async () => {
      // A run that was filtered to some cases says nothing about the adapter as a whole.
      if (records.size < applicable.length || run.recorded === false) return;
      const inOrder = applicable.map(({ title }) => records.get(title)!);
      await writeRecord(recordOf(kind, suite, run, inOrder), folder);
    });
  });
}

function registerCase<H extends AsyncDisposable>(
  subject: Case<H>,
  run: ConformanceRun<H>,
  runner: Runner,
  record: (ended: CaseRecord) => void,
): void {
  const { title } = subject;
  const reason = run.deviations?.[title];
  const testTitle = reason === undefined ? title : `${title} [deviates: ${reason}]`;
  const ended: CaseRecord = reason === undefined ? { title, result: 'passed' } : { title, result: 'deviates', reason };
  const test = (run.sideBySide === true ? runner.test.concurrent : undefined) ?? runner.test;
  test(
    testTitle,
    async () => {
      record({ title, result: 'failed' });
      await (reason === undefined ? runCase(subject, run) : runDeviation(subject, run, reason));
      record(ended);
    },
    'runAll' in subject ? modelTimeoutMs : run.found === undefined ? caseTimeoutMs : foundTimeoutMs,
  );
}
