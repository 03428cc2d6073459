import type { Condition, Decision, Stored, TableEdit, TableWrite } from '@portolan/kernel';
import fc from 'fast-check';
import type { Thing, ThingKey } from '../table/things.ts';

/** A condition before it is known which versions there are: `seen` counts back from the version seen last of that key. */
export type PlannedCondition = 'absent' | { readonly seen: number } | undefined;

/** A random command, without anything that only the run can tell: versions and instants. */
export type TableCommand =
  | { readonly kind: 'get'; readonly key: ThingKey }
  | {
      readonly kind: 'put';
      readonly item: Thing;
      readonly condition: PlannedCondition;
      readonly lifeMs: number | undefined;
    }
  | { readonly kind: 'delete'; readonly key: ThingKey; readonly condition: Exclude<PlannedCondition, 'absent'> }
  | { readonly kind: 'update'; readonly key: ThingKey; readonly action: UpdateAction }
  | {
      readonly kind: 'increment';
      readonly key: ThingKey;
      readonly by: Readonly<Record<string, number>>;
      readonly lifeMs: number | undefined;
    }
  | { readonly kind: 'transact'; readonly writes: readonly PlannedWrite[] }
  | { readonly kind: 'getMany'; readonly keys: readonly ThingKey[] }
  | { readonly kind: 'writeMany'; readonly writes: readonly PlannedEdit[] };

export type UpdateAction =
  | { readonly kind: 'add'; readonly lifeMs: number | undefined }
  | { readonly kind: 'delete' }
  | { readonly kind: 'leave' };

export type PlannedEdit =
  | {
      readonly kind: 'put';
      readonly item: Thing;
      readonly condition: PlannedCondition;
      readonly lifeMs: number | undefined;
    }
  | { readonly kind: 'delete'; readonly key: ThingKey; readonly condition: Exclude<PlannedCondition, 'absent'> };

export type PlannedWrite =
  | PlannedEdit
  | { readonly kind: 'check'; readonly key: ThingKey; readonly condition: Exclude<PlannedCondition, undefined> };

/** Commands that run at the same time, after time has passed. */
export interface Round {
  readonly passMs: number;
  readonly commands: readonly TableCommand[];
}

const id = fc.constantFrom('a', 'b', 'c');
// Most happens in one partition, where it can get in each other's way.
const group = fc.oneof({ weight: 5, arbitrary: fc.constant('g') }, { weight: 1, arbitrary: fc.constant('h') });
const key = fc.record({ group, id });
const seen = fc.record({ seen: fc.nat(2) });
const maybeSeen = fc.oneof(fc.constant(undefined), seen);
const condition = fc.oneof(fc.constant(undefined), fc.constant('absent' as const), seen);
const fields = fc.record(
  { state: fc.constantFrom('open', 'done'), at: fc.constantFrom('1', '2'), n: fc.integer({ min: -9, max: 99 }) },
  { requiredKeys: [] },
);
const item = (of: fc.Arbitrary<ThingKey>): fc.Arbitrary<Thing> =>
  fc.tuple(of, fields).map(([k, f]) => ({ ...k, ...f }));

/** @param expiring - Whether items may expire: only where time moves as the model says. */
function command(expiring: boolean): fc.Arbitrary<TableCommand> {
  const lifeMs = expiring ? fc.constantFrom(undefined, undefined, 5_000, 20_000) : fc.constant(undefined);
  const action = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), lifeMs }) },
    fc.constant({ kind: 'delete' as const }),
    fc.constant({ kind: 'leave' as const }),
  );
  const by = fc.record({ n: fc.integer({ min: -5, max: 5 }), hits: fc.constant(1) }, { requiredKeys: ['n'] });
  const edit = (k: fc.Arbitrary<ThingKey>): fc.Arbitrary<PlannedEdit> =>
    fc.oneof(
      fc.record({ kind: fc.constant('put' as const), item: item(k), condition, lifeMs }),
      fc.record({ kind: fc.constant('delete' as const), key: k, condition: maybeSeen }),
    );
  const write = (k: fc.Arbitrary<ThingKey>): fc.Arbitrary<PlannedWrite> =>
    fc.oneof(
      { weight: 2, arbitrary: edit(k) },
      fc.record({
        kind: fc.constant('check' as const),
        key: k,
        condition: fc.oneof(fc.constant('absent' as const), seen),
      }),
    );
  const writes = group.chain((inGroup) => {
    const some = write(fc.record({ group: fc.constant(inGroup), id }));
    return fc.uniqueArray(some, { minLength: 1, maxLength: 3, selector: (planned) => keyOfWrite(planned).id });
  });
  // Two at once, as each may happen before or after whatever else runs: more would be too many orders to try.
  const edits = fc.uniqueArray(edit(key), { minLength: 1, maxLength: 2, selector: (e) => keyText(keyOfWrite(e)) });
  const keys = fc.array(key, { minLength: 1, maxLength: 2 });
  return fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('get' as const), key }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), item: item(key), condition, lifeMs }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key, condition: maybeSeen }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('update' as const), key, action }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('increment' as const), key, by, lifeMs }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('transact' as const), writes }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('getMany' as const), keys }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('writeMany' as const), writes: edits }) },
  );
}

export function rounds(expiring: boolean): fc.Arbitrary<Round[]> {
  const passMs = expiring ? fc.constantFrom(0, 0, 0, 5_000, 19_999) : fc.constant(0);
  const round = fc.record({ passMs, commands: fc.array(command(expiring), { minLength: 1, maxLength: 3 }) });
  return fc.array(round, { minLength: 1, maxLength: 12 });
}

const keyText = (of: ThingKey): string => `${of.group}/${of.id}`;

export const keyOfWrite = (write: PlannedWrite): ThingKey => (write.kind === 'put' ? write.item : write.key);

/** Makes a planned condition one of this table: `version` finds the version meant. */
export function conditionOf<C extends PlannedCondition>(
  planned: C,
  version: (seen: number) => string,
): { readonly condition?: Extract<C, 'absent'> | { readonly version: string } } {
  if (planned === undefined) return {};
  if (planned === 'absent') return { condition: planned as Extract<C, 'absent'> };
  return { condition: { version: version((planned as { readonly seen: number }).seen) } };
}

/** What `update` decides; the result is what it saw. */
export function decider(key: ThingKey, action: UpdateAction, now: number) {
  return (current: Stored<Thing> | undefined): Decision<Thing, Stored<Thing> | undefined> => {
    if (action.kind === 'leave') return { result: current };
    if (action.kind === 'delete') return { delete: true, result: current };
    const write = { ...key, ...current?.item, n: (current?.item.n ?? 0) + 1 };
    return { write, ...expiry(action.lifeMs, now), result: current };
  };
}

export const expiry = (lifeMs: number | undefined, now: number): { readonly expiresAt?: number } =>
  lifeMs === undefined ? {} : { expiresAt: now + lifeMs };

/** Finds the version that a condition means. */
type VersionOf = (key: ThingKey, seen: number) => string;

/** The writes of a transaction, with the conditions and instants of this run. */
export function writesOf(
  writes: readonly PlannedWrite[],
  version: VersionOf,
  now: number,
): TableWrite<Thing, ThingKey>[] {
  return writes.map((write) => {
    if (write.kind !== 'check') return editOf(write, version, now);
    const { key: checked } = write;
    const { condition } = conditionOf(write.condition, (back) => version(checked, back));
    return { check: checked, condition: condition as Condition };
  });
}

/** A single write, with the condition and the instant of this run. */
export function editOf(edit: PlannedEdit, version: VersionOf, now: number): TableEdit<Thing, ThingKey> {
  const of = (back: number): string => version(keyOfWrite(edit), back);
  if (edit.kind === 'put') return { put: edit.item, ...conditionOf(edit.condition, of), ...expiry(edit.lifeMs, now) };
  return { delete: edit.key, ...conditionOf(edit.condition, of) };
}
