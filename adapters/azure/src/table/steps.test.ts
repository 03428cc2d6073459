import type { Draft, Slot } from './entity.ts';
import { holds, rowsOnlyIn, stepFor, type Ground, type Intent } from './steps.ts';

const address = { partitionKey: 'p', rowKey: 'r' };
const now = 1_000;
const slot = (change: Partial<Slot> = {}): Slot => ({
  etag: 'e1',
  version: 'v1',
  expiresAt: undefined,
  places: {},
  ...change,
});
const live = slot();
const expired = slot({ expiresAt: now });
const draft: Draft = { version: 'v2', json: '{}', expiresAt: undefined };
const put: Intent = { kind: 'put', address, draft, fields: {}, condition: undefined };
const remove: Intent = { kind: 'delete', address, condition: undefined };
const check: Intent = { kind: 'check', address, condition: 'absent' };

test.each<readonly [string, Intent['condition'], Ground, boolean]>([
  ['no condition on what stands', undefined, live, true],
  ['no condition on what is not known', undefined, 'any', true],
  ['absent where nothing lies', 'absent', undefined, true],
  ['absent where something stands', 'absent', live, false],
  ['absent where something has expired', 'absent', expired, true],
  ['the version that stands', { version: 'v1' }, live, true],
  ['another version than stands', { version: 'v0' }, live, false],
  ['a version where nothing lies', { version: 'v1' }, undefined, false],
  ['the version of what has expired', { version: 'v1' }, expired, false],
  ['the version of what expires later', { version: 'v1' }, slot({ expiresAt: now + 1 }), true],
])('judges %s', (_, condition, ground, expected) => {
  expect(holds(condition, ground, now)).toBe(expected);
});

test.each<readonly [string, Intent, Ground, boolean, object]>([
  ['a put on nothing', put, undefined, false, { kind: 'insert', draft }],
  ['a put on what stands', put, live, false, { kind: 'replace', etag: 'e1', draft }],
  ['a put on whatever', put, 'any', true, { kind: 'overwrite', draft }],
  ['a removal of nothing', remove, undefined, false, { kind: 'nothing' }],
  ['a removal of what stands', remove, live, false, { kind: 'remove', etag: 'e1' }],
  ['a removal of whatever', remove, 'any', false, { kind: 'remove', etag: '*' }],
  ['a removal of nothing in a transaction', remove, undefined, true, { kind: 'insert', draft: { expiresAt: 0 } }],
  [
    'a removal of what stands in a transaction',
    remove,
    live,
    true,
    { kind: 'replace', draft: { expiresAt: 0 }, etag: 'e1' },
  ],
  ['a check of nothing', check, undefined, true, { kind: 'insert', draft: { expiresAt: 0, version: 'mark' } }],
  ['a check of what stands', { ...check, condition: { version: 'v1' } }, live, true, { kind: 'touch', etag: 'e1' }],
  ['a check of what has expired', check, expired, true, { kind: 'touch', etag: 'e1' }],
])('plans %s such that it fails on another ground', (_, intent, ground, joint, expected) => {
  expect(stepFor(intent, ground, joint, 'mark')).toMatchObject(expected);
});

const places = { byState: ['open', '1 v1'], byAt: ['x', '2 v1'] } as const;
const placed = (fields: object): object => {
  const intent = { ...put, fields } as Intent;
  return (stepFor(intent, slot({ places }), false, 'mark') as unknown as { readonly places: object }).places;
};

test('keeps the index row of an item that keeps its place, and takes a row of its own for another', () => {
  expect(placed({ byState: ['open', '1'], byAt: ['x', '3'] })).toEqual({
    byState: ['open', '1 v1'],
    byAt: ['x', '3 v2'],
  });
  expect(placed({ byState: ['done', '1'] })).toEqual({ byState: ['done', '1 v2'] });
  // "1" begins as "10" does: only the whole sort value counts.
  expect(placed({ byState: ['open', '10'] })).toEqual({ byState: ['open', '10 v2'] });
});

test('tells the rows that an item leaves', () => {
  expect(rowsOnlyIn(places, { byState: ['open', '1 v1'], byAt: ['x', '2 v2'] })).toEqual([
    { index: 'byAt', address: { partitionKey: 'x', rowKey: '2 v1' } },
  ]);
});
