import { holds, preconditionOf, storedOf, versionOf } from './stored.ts';
import { draftOf, idOf, keyRange, orderedKey } from './draft.ts';
import { fieldPath } from './firestore-wire.ts';
import { table, type Schema } from '@portolan/kernel';
import { VirtualAlarm } from '@portolan/node/testing';
import { nodeEnvironment } from '@portolan/node';
import { firestoreTableResources } from './firestore-resources.ts';

interface Thing {
  readonly group: string;
  readonly id: string;
  readonly state?: string;
}
const anything: Schema<Thing> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Thing }) },
};
const things = table('things', { item: anything, key: ['group', 'id'], indexes: { byState: ['state', 'id'] } });
const { ids } = nodeEnvironment(new VirtualAlarm());
const updateTime = '2026-01-01T00:00:00.123456Z';

test('asks Firestore for what it can check, and for nothing where a condition cannot hold', () => {
  expect(preconditionOf('absent', 0)).toEqual({ exists: false });
  expect(preconditionOf({ version: updateTime }, 0)).toEqual({ updateTime });
  expect(preconditionOf({ version: versionOf(updateTime, 5_000) }, 4_999)).toEqual({ updateTime });
  expect(preconditionOf({ version: versionOf(updateTime, 5_000) }, 5_000)).toBeUndefined();
  for (const version of ['', 'junk', '7', `${updateTime}~`, `${updateTime}~x`, `x${updateTime}`])
    expect(preconditionOf({ version }, 0)).toBeUndefined();
});

test('takes what has expired for absent', () => {
  const { fields } = draftOf(things, { group: 'g', id: 'a' }, 5_000, ids);
  const document = { name: 'n', fields, updateTime };
  const { version } = storedOf(things, document);
  expect([holds('absent', document, 4_999), holds({ version }, document, 4_999)]).toEqual([false, true]);
  expect([holds('absent', document, 5_000), holds({ version }, document, 5_000)]).toEqual([true, false]);
  expect([holds('absent', undefined, 0), holds({ version }, undefined, 0)]).toEqual([true, false]);
});

test('gives every key an id that Firestore takes, and keys of different parts different ones', () => {
  const keys = [['a', 'bc'], ['ab', 'c'], ['..', '/'], ['__', '__'], ['x'.repeat(256), 'y'.repeat(256)], ['a']];
  const all = keys.map(idOf);
  expect(new Set(all).size).toBe(keys.length);
  for (const id of all) expect(id).toMatch(/^[0-9a-f]{64}$/);
});

test('holds a partition apart from those whose names begin with its own', () => {
  const [from, to] = keyRange('g');
  const inside = (key: string[]): boolean => orderedKey(key) >= from && orderedKey(key) < to;
  expect(
    [
      ['g', ''],
      ['g', '\u{10ffff}'],
      ['g0', 'a'],
      ['f', 'z'],
    ].map(inside),
  ).toEqual([true, true, false, false]);
});

test('leaves an item out of an index that lacks one of its fields', () => {
  const of = (item: Thing) => Object.keys(draftOf(things, { ...item }, undefined, ids).fields).sort();
  expect(of({ group: 'g', id: 'a', state: 'open' })).toEqual(['by_byState', 'data', 'key']);
  expect(of({ group: 'g', id: 'a' })).toEqual(['data', 'key']);
});

test('quotes what is no plain name in a path', () => {
  expect(fieldPath('data', 'n_a.b', 'n_`\\')).toBe('data.`n_a.b`.`n_\\`\\\\`');
});

test('says what Firestore has to be told of a table', () => {
  expect(firestoreTableResources('scheduling', things)).toEqual([
    { kind: 'firestore-field', collection: 'scheduling-things', field: 'data', indexes: [], ttl: false },
    { kind: 'firestore-field', collection: 'scheduling-things', field: 'expiresAt', indexes: [], ttl: true },
  ]);
});
