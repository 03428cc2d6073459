import { checkQueue } from './model/queue-model.ts';
import { checkTable } from './model/table-model.ts';
import { checkTimer } from './model/timer-model.ts';
import { failureOf, type ModelCheck, type Mutant } from './mutants/mutant.ts';
import { queueMutants } from './mutants/queue-mutants.ts';
import { tableMutants } from './mutants/table-mutants.ts';
import { timerMutants } from './mutants/timer-mutants.ts';

const table: ModelCheck = (run, settings) => checkTable(run.harness, run.engine, settings);
const queue: ModelCheck = (run, settings) => checkQueue(run, settings);
const timer: ModelCheck = (run, settings) => checkTimer(run.harness, run.engine, settings);

/** Faults of the kinds that models are for: races, crashes, and lives that end wrongly. */
const faults = [
  ...named('table', table, tableMutants, [
    'updates read, decide and write in three steps',
    'increments read and write in two steps',
    'increments answer with an item of later',
    'conditions are checked one step before the write',
    'versions are made of the content',
    'a put is lost while another is under way',
    'transactions write one by one',
    'transactions check first and write later',
    'many writes check conditions one step before they write',
    'many writes leave conditions out',
    'many writes drop the expiry',
    'many writes are answered before they are done',
    'many reads are answered in the order of storage',
    'what has expired still counts as standing in conditions',
    'increments go on from what has expired',
  ]),
  ...named('queue', queue, queueMutants, [
    'everything is forgotten with the process',
    'failed deliveries are taken for handled',
    'delays are a second too short',
    'duplicates are sent',
    'ordering keys are ignored',
    'poison is tried again',
    'asking for a later delivery is a failure',
    'a later delivery comes at once',
    'a handled message comes again',
    'there is one attempt too many',
    'redriven messages are lost',
    'reasons are dropped',
  ]),
  ...named('timer', timer, timerMutants, [
    'timers fire 1 ms early',
    'delays are kept in 32 bits',
    'everything is forgotten with the process',
    'an id has one instant, the last that was set',
    'setting again replaces the payload',
    'cancelling does nothing',
    'cancelling takes every instant of the id',
    'what was cancelled cannot be set anew',
    'what is past never fires',
    'a failed firing is taken for handled',
  ]),
];

test.each(faults)('the $kind model notices where $name', async ({ check, mutant }) => {
  expect(await failureOf(check, mutant)).toContain('Property failed');
});

test.each(Object.entries({ table, queue, timer }))(
  'the %s model notices nothing where the reference is left as it is',
  async (_, check) => {
    expect(await failureOf(check, () => ({}))).toBeUndefined();
  },
);

test('tells the seed and the shortest rounds found', async () => {
  const run = named('table', table, tableMutants, ['transactions tell the first index whatever failed'])[0]!;
  const failure = (await failureOf(run.check, run.mutant)) ?? '';
  expect(failure).toMatch(/seed: 7/);
  // What is left of up to 12 rounds of 3 commands: the transaction that is wrong, and hardly anything beside it.
  const counterexample = /Counterexample: (.*)/.exec(failure)?.[1] ?? '';
  expect(counterexample.match(/"kind":"transact"/g)).toHaveLength(1);
  expect(counterexample.match(/"passMs":/g)!.length).toBeLessThanOrEqual(3);
});

function named(kind: string, check: ModelCheck, mutants: Readonly<Record<string, Mutant>>, names: readonly string[]) {
  return names.map((name) => {
    const mutant = mutants[name];
    if (mutant === undefined) throw new RangeError(`no ${kind} mutant is named "${name}"`);
    return { kind, name, check, mutant };
  });
}
