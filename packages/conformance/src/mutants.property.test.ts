import { checkChannel } from './model/channel-model.ts';
import { checkObjects } from './model/objects-model.ts';
import { checkQueue } from './model/queue-model.ts';
import { checkTable } from './model/table-model.ts';
import { checkTimer } from './model/timer-model.ts';
import { mutatedChannel, channelFault, type ChannelMutant } from './mutants/channel-mutant.ts';
import { channelMutants } from './mutants/channel-mutants.ts';
import { failureOf, type ModelCheck, type Mutant } from './mutants/mutant.ts';
import { objectsMutants } from './mutants/objects-mutants.ts';
import { queueMutants } from './mutants/queue-mutants.ts';
import { tableMutants } from './mutants/table-mutants.ts';
import { timerMutants } from './mutants/timer-mutants.ts';

const table: ModelCheck = (run, settings) => checkTable(run.harness, run.engine, settings);
const queue: ModelCheck = (run, settings) => checkQueue(run, settings);
const timer: ModelCheck = (run, settings) => checkTimer(run.harness, run.engine, settings);
const objects: ModelCheck = (run, settings) => checkObjects(run.harness, run.engine, settings);

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
  ...named('objects', objects, objectsMutants, [
    'everything is forgotten with the process',
    'conditions are left out',
    'conditions are checked one step before the write',
    'conditions are checked as a stream begins',
    'a tag where nothing stands is no conflict',
    'tags are made of the size',
    'a put is lost while another is under way',
    'what stood is removed before a stream is stored',
    'copies lose metadata',
    'a copy leaves what stands',
    'metadata of before stay',
    'removing takes what lies below',
  ]),
];

test.each(faults)('the $kind model notices where $name', async ({ check, mutant }) => {
  expect(await failureOf(check, mutant)).toContain('Property failed');
});

test.each(Object.entries({ table, queue, timer, objects }))(
  'the %s model notices nothing where the reference is left as it is',
  async (_, check) => {
    expect(await failureOf(check, () => ({}))).toBeUndefined();
  },
);

describe('the channel model', () => {
  const failureOfChannel = (mutant: ChannelMutant): Promise<string | undefined> =>
    checkChannel(mutatedChannel(mutant), 'reference', { numRuns: 300, seed: 7 }).then(() => undefined, String);

  test.each([
    'groups of the welcome are forgotten',
    'the first group of the welcome is the only one',
    'what is sent to one reaches all',
    'what nobody can get was sent',
    'publications come twice to whoever is in two groups',
    'one push overtakes the one before it',
    'a push is lost now and then',
    'joining does nothing',
    'joining again leaves',
    'a connection is in one group at a time',
    'leaving does nothing',
    'leaving one group leaves all',
    'leaving takes everybody out of the group',
    'connections that have ended can join',
    'ends are not told',
    'the end of one is told of all',
    'what was pushed just before the end is lost',
    'publishing fails once somebody of the group has gone',
  ])('notices where %s', async (name) => {
    expect(await failureOfChannel(channelMutants[name]!)).toContain('Property failed');
  });

  test('notices nothing where the reference is left as it is', async () => {
    expect(await failureOfChannel(channelFault({}))).toBeUndefined();
  });
});

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
