import { channelCases } from './channel/channel-cases.ts';
import type { ChannelHarness } from './channel/channel-harness.ts';
import type { ConformanceRun } from './harness.ts';
import { checkChannel } from './model/channel-model.ts';
import { checkObjects } from './model/objects-model.ts';
import { checkQueue } from './model/queue-model.ts';
import { checkTable } from './model/table-model.ts';
import { checkTimer } from './model/timer-model.ts';
import { modelTitles } from './model/titles.ts';
import { objectsCases } from './objects/objects-cases.ts';
import type { ObjectsHarness } from './objects/objects-harness.ts';
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

/** Holds objects against the in-memory reference under random concurrent commands and restarts. */
export function objectsModel(run: ConformanceRun<ObjectsHarness>): void {
  runModel('objects', run, objectsCases, () => checkObjects(run.harness, run.engine));
}

/** Holds a channel against an account of random connections, groups, pushes and ends. */
export function channelModel(run: ConformanceRun<ChannelHarness>): void {
  runModel('channel', run, channelCases, () => checkChannel(run.harness, run.engine));
}

function runModel<H extends AsyncDisposable>(
  kind: keyof typeof modelTitles,
  run: ConformanceRun<H>,
  others: readonly Case<H>[],
  runAll: () => Promise<void>,
): void {
  const alsoKnown = casesFor(others, run).map(({ title }) => title);
  runSuite({ kind, suite: 'model', cases: [{ title: modelTitles[kind], runAll }], alsoKnown }, run);
}
