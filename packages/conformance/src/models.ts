import type { ConformanceRun } from './harness.ts';
import { checkQueue } from './model/queue-model.ts';
import { checkTable } from './model/table-model.ts';
import { checkTimer } from './model/timer-model.ts';
import { modelTitles } from './model/titles.ts';
import { queueCases } from './queue/queue-cases.ts';
import { casesFor, type Case } from './suite/case.ts';
import { runSuite } from './suite/suite.ts';
import { tableCases } from './table/table-cases.ts';
import { timerCases } from './timer/timer-cases.ts';

/**
 * Holds an adapter against the in-memory reference under random concurrent commands. One test; a failure prints the seed
 * and the shortest rounds found. `PORTOLAN_PROPERTY_RUNS` sets how many runs are made.
 */
export function tableModel(run: ConformanceRun): void {
  runModel('table', run, tableCases, () => checkTable(run.harness, run.engine));
}

/** Holds a queue against an account of random messages, failing handlers and restarts. */
export function queueModel(run: ConformanceRun): void {
  runModel('queue', run, queueCases, () => checkQueue(run));
}

/** Holds a timer against an account of random sets, cancellations, failing handlers and restarts. */
export function timerModel(run: ConformanceRun): void {
  runModel('timer', run, timerCases, () => checkTimer(run.harness, run.engine));
}

function runModel(
  kind: keyof typeof modelTitles,
  run: ConformanceRun,
  others: readonly Case[],
  runAll: () => Promise<void>,
): void {
  const alsoKnown = casesFor(others, run).map(({ title }) => title);
  runSuite({ kind, suite: 'model', cases: [{ title: modelTitles[kind], runAll }], alsoKnown }, run);
}
