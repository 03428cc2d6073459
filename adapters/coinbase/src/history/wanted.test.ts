import { Wanted, type Wish } from './wanted.ts';

const wanted = () => new Wanted({ vainMs: 1_000, maxVainMs: 5_000 });
const wish = (first: number, last: number, more: Partial<Wish> = {}): Wish => ({
  first,
  last,
  notBefore: 0,
  untilKnown: false,
  ...more,
});

/** Everything wanted at an instant, as it would be fetched. */
function fetched(ids: Wanted, now = 0): readonly (readonly [number, number])[] {
  const all: [number, number][] = [];
  for (let next = ids.next(now); next !== undefined; next = ids.next(now)) {
    all.push([next.first, next.last]);
    ids.settle(next);
  }
  return all;
}

test('gives the newest out first', () => {
  const ids = wanted();
  for (const [first, last] of [
    [5, 9],
    [30, 31],
    [20, 20],
  ] as const)
    ids.add(wish(first, last), 0);
  expect(ids.size).toBe(8);
  expect(fetched(ids)).toEqual([
    [30, 31],
    [20, 20],
    [5, 9],
  ]);
  expect(ids.size).toBe(0);
});

test('wants nothing twice', () => {
  const ids = wanted();
  ids.add(wish(5, 9), 0);
  ids.add(wish(1, 20), 0);
  expect(ids.size).toBe(20);
  expect(fetched(ids)).toEqual([
    [10, 20],
    [5, 9],
    [1, 4],
  ]);
});

test('no longer wants what has come', () => {
  const ids = wanted();
  ids.add(wish(5, 9), 0);
  ids.settle({ first: 7, last: 7 });
  ids.settle({ first: 1, last: 5 });
  expect(fetched(ids)).toEqual([
    [8, 9],
    [6, 6],
  ]);
});

test('leaves ids the time to come by themselves', () => {
  const ids = wanted();
  ids.add(wish(5, 9, { notBefore: 500 }), 0);
  expect(ids.next(499)).toBeUndefined();
  expect(ids.dueAt).toBe(500);
  expect(fetched(ids, 500)).toEqual([[5, 9]]);
  expect(ids.dueAt).toBe(Infinity);
});

test('keeps what is missing for sure apart from what would be nice to have', () => {
  const ids = wanted();
  ids.add(wish(1, 100, { untilKnown: true }), 0);
  ids.add(wish(40, 49), 0);
  expect([ids.next(0)!.first, ids.next(0)!.untilKnown]).toEqual([50, true]);
  ids.settle({ first: 50, last: 100 });
  expect(ids.next(0)).toEqual(wish(40, 49));
});

describe('ids fetched in vain', () => {
  test('are left alone for a time that doubles up to a limit', () => {
    const ids = wanted();
    let now = 0;
    const waits = [1_000, 2_000, 4_000, 5_000, 5_000].map((waitMs) => {
      ids.inVain([{ first: 7, last: 8 }], now);
      ids.add(wish(5, 9), now + waitMs - 1);
      const others = fetched(ids, now + waitMs - 1);
      ids.add(wish(5, 9), now + waitMs);
      now += waitMs;
      return [others, fetched(ids, now)];
    });
    expect(waits).toEqual(
      new Array(5).fill([
        [
          [9, 9],
          [5, 6],
        ],
        [[5, 9]],
      ]),
    );
  });

  test('are remembered in a bounded number', () => {
    const ids = wanted();
    for (let id = 1; id <= 2_400; id += 2) ids.inVain([{ first: id, last: id }], 0);
    // The oldest two hundred are forgotten.
    ids.add(wish(1, 400), 1);
    expect(ids.size).toBe(400);
    ids.add(wish(401, 500), 1);
    expect(ids.size).toBe(450);
  });
});

test('remembers a bounded number of ranges, the newest', () => {
  const ids = wanted();
  for (let id = 1; id <= 3_000; id += 2) ids.add(wish(id, id), 0);
  expect(ids.size).toBe(1_000);
  expect(ids.next(0)!.first).toBe(2_999);
});
