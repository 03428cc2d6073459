import {
  PortError,
  type EditResult,
  type Stored,
  type Table,
  type TableEdit,
  type TransactResult,
  type WriteResult,
} from '@portolan/kernel';
import { TableState } from '@portolan/kernel/testing';
import { things, type Thing, type ThingKey } from '../table/things.ts';
import { same, VersionPairs, type Answered } from './linearize.ts';
import { conditionOf, decider, editOf, expiry, writesOf, type TableCommand } from './table-commands.ts';

/** The reference beside the engine: what it holds, and which of its versions are which of the engine's. */
export interface Model {
  readonly table: TableState<Thing, ThingKey>;
  readonly pairs: VersionPairs;
}

export const emptyModel = (): Model => ({ table: new TableState<Thing, ThingKey>(things), pairs: new VersionPairs() });

/** The versions of the engine that were seen under a key, the newest last. */
export type Seen = (key: ThingKey, back: number) => string;

/**
 * Sends one command to the engine, and tells how the reference would explain the answer: many reads and many writes one
 * by one, as nothing is promised of them together.
 *
 * @param seen - The version that a condition names.
 * @param alone - Whether nothing else runs: then an update has nobody to lose against.
 */
export async function call(
  command: TableCommand,
  engine: Table<Thing, ThingKey>,
  seen: Seen,
  now: number,
  alone: boolean,
): Promise<readonly Answered<Model>[]> {
  switch (command.kind) {
    case 'getMany': {
      const answers = await engine.getMany(command.keys);
      if (answers.length !== command.keys.length) return [inexplicable];
      return answers.map((answer, index) => explainGet(command.keys[index]!, answer, now));
    }
    case 'writeMany': {
      const writes = command.writes.map((write) => editOf(write, seen, now));
      const answers = await engine.writeMany(writes);
      if (answers.length !== writes.length) return [inexplicable];
      return answers.map((answer, index) => explainEdit(writes[index]!, answer, now));
    }
    default:
      return [await callOne(command, engine, seen, now, alone)];
  }
}

const inexplicable: Answered<Model> = { explain: () => undefined };

async function callOne(
  command: Exclude<TableCommand, { kind: 'getMany' | 'writeMany' }>,
  engine: Table<Thing, ThingKey>,
  seen: Seen,
  now: number,
  alone: boolean,
): Promise<Answered<Model>> {
  switch (command.kind) {
    case 'get': {
      return explainGet(command.key, await engine.get(command.key), now);
    }
    case 'put': {
      const { item, condition, lifeMs } = command;
      const options = { ...conditionOf(condition, (back) => seen(item, back)), ...expiry(lifeMs, now) };
      return explainEdit({ put: item, ...options }, await engine.put(item, options), now);
    }
    case 'delete': {
      const { key } = command;
      const options = conditionOf(command.condition, (back) => seen(key, back));
      return explainEdit({ delete: key, ...options }, await engine.delete(key, options), now);
    }
    case 'update':
      return update(command, engine, now, alone);
    case 'increment': {
      const { key, by, lifeMs } = command;
      const answer = await engine.increment(key, by, expiry(lifeMs, now));
      return explained(
        (table) => table.increment(key, by, expiry(lifeMs, now), now),
        (pairs, expected) => (same(answer, expected) ? pairs : undefined),
      );
    }
    case 'transact': {
      const writes = writesOf(command.writes, seen, now);
      const answer = await engine.transact(writes);
      return { explain: (model) => explainTransact(model, writes, answer, now) };
    }
  }
}

type Writes = Parameters<Table<Thing, ThingKey>['transact']>[0];
type Update = Extract<TableCommand, { kind: 'update' }>;

async function update(
  { key, action }: Update,
  engine: Table<Thing, ThingKey>,
  now: number,
  alone: boolean,
): Promise<Answered<Model>> {
  const decide = decider(key, action, now);
  try {
    const answer = await engine.update(key, decide);
    return explained(
      (table) => table.update(key, decide, now),
      (pairs, expected) => sameStored(pairs, answer, expected),
    );
  } catch (error) {
    // The contract lets an update give up when others keep winning: then it did nothing.
    if (!alone && error instanceof PortError && error.code === 'conflict') return { explain: (model) => model };
    throw error;
  }
}

function explainGet(key: ThingKey, answer: Stored<Thing> | undefined, now: number): Answered<Model> {
  return explained(
    (table) => table.get(key, now),
    (pairs, expected) => sameStored(pairs, answer, expected),
  );
}

function explainEdit(edit: TableEdit<Thing, ThingKey>, answer: EditResult, now: number): Answered<Model> {
  const key = 'put' in edit ? edit.put : edit.delete;
  return explained(
    (table, pairs) => table.edit({ ...edit, ...paired(key, edit as Conditional<unknown>, pairs) } as typeof edit, now),
    (pairs, expected) => {
      if (answer.kind === 'failed') return undefined;
      if ('put' in edit) return sameWrite(key, pairs, answer, expected);
      return answer.kind === expected.kind ? pairs : undefined;
    },
  );
}

/** A call that the reference explains by doing the same and comparing the answers. */
function explained<Answer>(
  act: (table: Model['table'], pairs: VersionPairs) => Answer,
  compare: (pairs: VersionPairs, expected: Answer) => VersionPairs | undefined,
): Answered<Model> {
  return {
    explain({ table, pairs }) {
      const after = table.clone();
      const agreed = compare(pairs, act(after, pairs));
      return agreed && { table: after, pairs: agreed };
    },
  };
}

type Conditional<C> = { readonly condition?: C };
function paired<C>(key: ThingKey, options: Conditional<C>, pairs: VersionPairs): Conditional<C> {
  const { condition } = options;
  if (condition === undefined || condition === 'absent') return options;
  const { version } = condition as { readonly version: string };
  return { condition: { version: pairs.reference(key, version) } as C };
}

function sameStored(
  pairs: VersionPairs,
  answer: Stored<Thing> | undefined,
  expected: Stored<Thing> | undefined,
): VersionPairs | undefined {
  if (answer === undefined || expected === undefined) return answer === expected ? pairs : undefined;
  const { version, ...rest } = answer;
  const { version: reference, ...others } = expected;
  return same(rest, others) ? pairs.with(answer.item, version, reference) : undefined;
}

/** As `sameStored`, for whole pages. */
export function samePage(
  pairs: VersionPairs,
  answer: readonly Stored<Thing>[],
  expected: readonly Stored<Thing>[],
): VersionPairs | undefined {
  if (answer.length !== expected.length) return undefined;
  return answer.reduce<VersionPairs | undefined>(
    (agreed, stored, index) => agreed && sameStored(agreed, stored, expected[index]),
    pairs,
  );
}

function sameWrite(
  key: ThingKey,
  pairs: VersionPairs,
  answer: WriteResult,
  expected: WriteResult,
): VersionPairs | undefined {
  if (answer.kind === 'written' && expected.kind === 'written')
    return pairs.with(key, answer.version, expected.version);
  return answer.kind === expected.kind ? pairs : undefined;
}

const keyIn = (write: Writes[number]): ThingKey =>
  'put' in write ? write.put : 'delete' in write ? write.delete : write.check;

function explainTransact(model: Model, writes: Writes, answer: TransactResult, now: number) {
  const table = model.table.clone();
  const own = writes.map((write) => ({
    ...write,
    ...paired(keyIn(write), write as Conditional<unknown>, model.pairs),
  })) as typeof writes;
  const expected = table.transact(own, now);
  if (answer.kind !== expected.kind) return undefined;
  if (answer.kind === 'written') return { ...model, table };
  // Where several conditions fail the contract does not say which is told: the one told must fail by itself.
  const told = own[answer.index];
  return told !== undefined && table.clone().transact([told], now).kind === 'conflict' ? model : undefined;
}
