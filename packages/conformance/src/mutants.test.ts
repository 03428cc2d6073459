import type { ConformanceRun } from './harness.ts';
import { memoryRuns } from './memory-runs.ts';
import { contracts, noticedBy, type Mutant } from './mutants/mutant.ts';
import { objectsMutants } from './mutants/objects-mutants.ts';
import { queueMutants } from './mutants/queue-mutants.ts';
import { tableMutants } from './mutants/table-mutants.ts';
import { timerMutants } from './mutants/timer-mutants.ts';
import { topicMutants } from './mutants/topic-mutants.ts';
import { objectsCases } from './objects/objects-cases.ts';
import type { ObjectsHarness } from './objects/objects-harness.ts';
import { queueCases } from './queue/queue-cases.ts';
import type { Case } from './suite/case.ts';
import { tableCases } from './table/table-cases.ts';
import { timerCases } from './timer/timer-cases.ts';
import { topicCases } from './topic/topic-cases.ts';

/** The cases that the reference passes: only these can tell it from a mutant. */
function passing(
  cases: readonly Case<ObjectsHarness>[],
  { deviations = {} }: ConformanceRun<ObjectsHarness>,
): readonly Case<ObjectsHarness>[] {
  return cases.filter(({ title }) => !(title in deviations));
}

const suites = [
  { kind: 'table', cases: passing(tableCases, memoryRuns.table), mutants: tableMutants },
  { kind: 'queue', cases: passing(queueCases, memoryRuns.queue), mutants: queueMutants },
  { kind: 'topic', cases: passing(topicCases, memoryRuns.topic), mutants: topicMutants },
  { kind: 'timer', cases: passing(timerCases, memoryRuns.timer), mutants: timerMutants },
  { kind: 'objects', cases: passing(objectsCases, memoryRuns.objects), mutants: objectsMutants },
];

describe.each(suites)('the $kind suite', ({ cases, mutants }) => {
  test.each(Object.keys(mutants))('notices where %s', async (wrong) => {
    expect(await noticedBy(cases, mutants[wrong]!)).toEqual(expect.any(String));
  });

  test('notices nothing where the reference is left as it is', async () => {
    const untouched: Mutant = () => ({});
    expect(await noticedBy(cases, untouched)).toBeUndefined();
    expect(
      await noticedBy(
        cases,
        contracts(() => ({})),
      ),
    ).toBeUndefined();
  });

  test('gives each case a title of its own', () => {
    expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  });
});
