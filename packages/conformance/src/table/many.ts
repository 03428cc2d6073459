import assert from 'node:assert/strict';
import { maxManyKeys } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { refuses } from '../suite/expect.ts';
import { idsIn, keyed, put, singles, smallThings, standing, tableCase, things, type Thing } from './things.ts';

const a = keyed('a');
const b = keyed('b');
const far = keyed('a', 'h');
const lifetimeMs = 3_000;
/** Keys over ten partitions, not in the order of any of them. */
const scattered = (count: number) =>
  Array.from({ length: count }, (_, n) => keyed(`t${String((n * 7) % count).padStart(4, '0')}`, `p${n % 10}`));

/** `getMany` and `writeMany`: many at once, each on its own. */
export const manyCases: readonly Case[] = [
  tableCase('answers many reads in the order of their keys, wherever items stand and wherever none does', async (t) => {
    const version = await put(t, { ...b, n: 2, body: [null] });
    await put(t, { ...a, n: 1 });
    await put(t, { ...far, n: 3 });
    const answers = await t.getMany([far, keyed('x'), b, a, keyed('b', 'h')]);
    assert.deepEqual(
      answers.map((stored) => stored?.item.n),
      [3, undefined, 2, 1, undefined],
    );
    assert.deepEqual(answers[2], { item: { ...b, n: 2, body: [null] }, version });
  }),
  tableCase('answers a key as often as many reads name it', async (t) => {
    await put(t, { ...a, n: 1 });
    const answers = await t.getMany([a, keyed('x'), a, b, keyed('x'), a]);
    assert.deepEqual(
      answers.map((stored) => stored?.item.n),
      [1, undefined, 1, undefined, undefined, 1],
    );
  }),
  tableCase('answers no reads and no writes with nothing', async (t) => {
    assert.deepEqual(await t.getMany([]), []);
    assert.deepEqual(await t.writeMany([]), []);
  }),
  tableCase('shows many reads no expired item, and tells when the others expire', async (t, harness) => {
    const expiresAt = harness.now() + 10 * lifetimeMs;
    await put(t, a, { expiresAt: harness.now() + lifetimeMs });
    await put(t, b, { expiresAt });
    await harness.pass(lifetimeMs);
    const [expired, stands] = await t.getMany([a, b]);
    assert.equal(expired, undefined);
    assert.equal(stands?.expiresAt, expiresAt);
  }),
  tableCase('does many writes, each on its own condition, and answers them in order', async (t) => {
    const older = await put(t, { ...a, n: 1 });
    const version = await put(t, { ...a, n: 2 });
    await put(t, { ...b, n: 1 });
    await put(t, { ...far, n: 1 });
    const results = await t.writeMany([
      { put: { ...keyed('c'), n: 3 }, condition: 'absent' },
      { put: { ...b, n: 9 }, condition: 'absent' },
      { put: { ...a, n: 3 }, condition: { version } },
      { delete: far, condition: { version: older } },
      { delete: keyed('none') },
      { delete: keyed('never'), condition: { version } },
      { put: { ...keyed('c', 'h'), n: 4 } },
    ]);
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['written', 'conflict', 'written', 'conflict', 'written', 'conflict', 'written'],
    );
    const stored = await t.getMany([keyed('c'), b, a, far, keyed('c', 'h')]);
    assert.deepEqual(
      stored.map((one) => one?.item.n),
      [3, 1, 3, 1, 4],
    );
    for (const [at, index] of [0, 2, 6].entries()) {
      const result = results[index]!;
      assert.ok(result.kind === 'written');
      assert.equal(result.version, stored[[0, 2, 4][at]!]!.version, `the version of write ${index}`);
    }
  }),
  tableCase('removes many, at the versions that were read and at no others', async (t) => {
    const older = await put(t, { ...a, n: 1 });
    const version = await put(t, { ...b, n: 1 });
    await put(t, { ...a, n: 2 });
    await put(t, far);
    const results = await t.writeMany([
      { delete: a, condition: { version: older } },
      { delete: b, condition: { version } },
      { delete: far },
    ]);
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['conflict', 'written', 'written'],
    );
    assert.deepEqual(
      (await t.getMany([a, b, far])).map((stored) => stored?.item.n),
      [2, undefined, undefined],
    );
  }),
  {
    title: 'tells of one item too large, and writes the others',
    async run(harness) {
      const t = await harness.open(smallThings);
      await t.put({ ...b, n: 1 });
      const large = 'x'.repeat(smallThings.maxItemBytes);
      const results = await t.writeMany([
        { put: { ...a, n: 2 } },
        { put: { ...b, n: 2, body: large } },
        { put: { ...keyed('c'), n: 2 } },
      ]);
      assert.deepEqual(
        results.map((result) => (result.kind === 'failed' ? result.error.code : result.kind)),
        ['written', 'too-large', 'written'],
      );
      assert.deepEqual(
        (await t.getMany([a, b, keyed('c')])).map((stored) => stored?.item.n),
        [2, 1, 2],
      );
    },
  },
  {
    title: 'reads and writes many where a key has a single field',
    async run(harness) {
      const t = await harness.open(singles);
      const results = await t.writeMany(['x', 'y', 'z'].map((id, n) => ({ put: { id, group: 'one', n } })));
      assert.deepEqual(
        results.map(({ kind }) => kind),
        ['written', 'written', 'written'],
      );
      const read = await t.getMany([{ id: 'z' }, { id: 'none' }, { id: 'x' }]);
      assert.deepEqual(
        read.map((stored) => stored?.item.n),
        [2, undefined, 0],
      );
    },
  },
  tableCase('takes 1,000 writes and 1,000 keys at once', async (t) => {
    const keys = scattered(maxManyKeys);
    const results = await t.writeMany(keys.map((key, n) => ({ put: { ...key, n }, condition: 'absent' as const })));
    assert.deepEqual(new Set(results.map(({ kind }) => kind)), new Set(['written']));
    const read = await t.getMany(keys.toReversed());
    assert.deepEqual(
      read.map((stored) => stored?.item.n),
      Array.from({ length: maxManyKeys }, (_, n) => maxManyKeys - 1 - n),
    );
    assert.equal((await idsIn(t, { partition: 'p3' })).length, maxManyKeys / 10);
    const again = await t.writeMany(keys.map((key, n) => (n % 2 === 0 ? { delete: key } : { put: { ...key, n: -n } })));
    assert.equal(again.length, maxManyKeys);
    const left = await t.getMany(keys);
    left.forEach((stored, n) => assert.equal(stored?.item.n, n % 2 === 0 ? undefined : -n));
  }),
  tableCase('carries many large items at once', async (t) => {
    const body = 'x中'.repeat(60_000);
    const keys = scattered(30);
    const results = await t.writeMany(keys.map((key, n) => ({ put: { ...key, body: `${n}${body}` } })));
    assert.deepEqual(new Set(results.map(({ kind }) => kind)), new Set(['written']));
    (await t.getMany(keys)).forEach((stored, n) => assert.equal(stored?.item.body, `${n}${body}`));
  }),
  tableCase('refuses 1,001 writes and 1,001 keys, and writes nothing', async (t) => {
    const keys = scattered(maxManyKeys + 1);
    await refuses('invalid', () => t.getMany(keys), '1,001 keys');
    await refuses('invalid', () => t.writeMany(keys.map((key) => ({ put: key }))), '1,001 writes');
    for (let n = 0; n < 10; n++) assert.deepEqual(await idsIn(t, { partition: `p${n}` }), []);
  }),
  tableCase('refuses a key named twice in many writes, and writes nothing', async (t) => {
    const others = [{ put: b }, { put: keyed('c', 'h') }];
    for (const [what, twice] of [
      ['two puts', [{ put: a }, { put: { ...a, n: 2 } }]],
      ['a put and a removal', [{ put: a }, { delete: a }]],
      ['two removals', [{ delete: a }, { delete: a }]],
    ] as const)
      await refuses('invalid', () => t.writeMany([twice[0], ...others, twice[1]]), what);
    assert.deepEqual(await t.getMany([a, b, keyed('c', 'h')]), [undefined, undefined, undefined]);
  }),
  tableCase('takes keys for different that read the same when joined', async (t) => {
    const keys = [keyed('c', 'ab'), keyed('bc', 'a'), keyed('b', 'a/c'), keyed('c/b', 'a'), keyed('A', 'a'), far];
    const results = await t.writeMany(keys.map((key, n) => ({ put: { ...key, n } })));
    assert.deepEqual(new Set(results.map(({ kind }) => kind)), new Set(['written']));
    assert.deepEqual(
      (await t.getMany(keys)).map((stored) => stored?.item.n),
      [0, 1, 2, 3, 4, 5],
    );
  }),
  tableCase('expires what many writes gave an expiry, and keeps for good what they gave none', async (t, harness) => {
    const expiresAt = harness.now() + lifetimeMs;
    await put(t, b, { expiresAt });
    await t.writeMany([{ put: a, expiresAt }, { put: b }, { put: far, expiresAt: harness.now() - 1 }]);
    assert.equal(await t.get(far), undefined);
    assert.equal((await standing(t, a)).expiresAt, expiresAt);
    assert.equal('expiresAt' in (await standing(t, b)), false);
    await harness.pass(lifetimeMs);
    assert.equal(await t.get(a), undefined);
    assert.deepEqual(await idsIn(t, { partition: 'g' }), ['b']);
  }),
  tableCase('takes an expired item as absent in the conditions of many writes', async (t, harness) => {
    const expiresAt = harness.now() + lifetimeMs;
    const version = await put(t, a, { expiresAt });
    const versionOfB = await put(t, b, { expiresAt });
    const versionOfFar = await put(t, far, { expiresAt });
    await harness.pass(lifetimeMs);
    const results = await t.writeMany([
      { put: { ...a, n: 2 }, condition: 'absent' },
      { put: { ...b, n: 2 }, condition: { version: versionOfB } },
      { delete: far, condition: { version: versionOfFar } },
    ]);
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['written', 'conflict', 'conflict'],
    );
    const after = await standing(t, a);
    assert.equal(after.item.n, 2);
    assert.notEqual(after.version, version);
    assert.equal(await t.get(b), undefined);
  }),
  tableCase('lets one of 10 concurrent writers win each of 30 items at one version', async (t) => {
    const keys = scattered(30);
    const first = await t.writeMany(keys.map((key) => ({ put: { ...key, n: -1 } })));
    const versions = first.map((result) => (result.kind === 'written' ? result.version : assert.fail(result.kind)));
    const writers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        t.writeMany(keys.map((key, at) => ({ put: { ...key, n }, condition: { version: versions[at]! } }))),
      ),
    );
    const stored = await t.getMany(keys);
    keys.forEach((key, at) => {
      const winners = writers.flatMap((results, n) => (results[at]!.kind === 'written' ? [n] : []));
      assert.equal(winners.length, 1, `${winners.length} of 10 won ${JSON.stringify(key)}`);
      assert.equal(stored[at]?.item.n, winners[0]);
    });
  }),
  tableCase(
    'sees in every read what many writes have written, and in many reads what single writes have',
    async (t) => {
      for (let n = 0; n < 5; n++) {
        await t.writeMany([{ put: { ...a, n, state: 'open' } }, { put: { ...far, n } }]);
        assert.equal((await standing(t, a)).item.n, n);
        assert.deepEqual((await t.query({ partition: 'h' })).items[0]?.item, { ...far, n });
        await put(t, { ...a, n: n + 0.5 });
        assert.equal((await t.getMany([a]))[0]?.item.n, n + 0.5);
      }
    },
  ),
  tableCase('keeps what many writes have written when writer or reader change their objects', async (t) => {
    const body = { list: [1] };
    await t.writeMany([{ put: { ...a, body } }, { put: { ...b, body } }]);
    body.list.push(2);
    for (const stored of await t.getMany([a, b])) {
      assert.deepEqual(stored?.item.body, { list: [1] });
      (stored!.item as { body: { list: number[] } }).body.list.push(3);
    }
    for (const stored of await t.getMany([a, b])) assert.deepEqual(stored?.item.body, { list: [1] });
    assert.deepEqual((await standing(t, a)).item.body, { list: [1] });
  }),
  tableCase('keeps what many writes have written over a restart of the process', async (t, harness) => {
    const items: Thing[] = [a, b, far].map((key, n) => ({ ...key, n }));
    const results = await t.writeMany(items.map((item) => ({ put: item })));
    await harness.restart?.();
    const reopened = await harness.open(things);
    (await reopened.getMany([a, b, far])).forEach((stored, n) => {
      const result = results[n]!;
      assert.deepEqual(stored, { item: items[n], version: result.kind === 'written' && result.version });
    });
  }),
];
