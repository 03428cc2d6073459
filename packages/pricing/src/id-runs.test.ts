import { IdRuns } from './id-runs.ts';

test('adds nothing where any of the ids is held', () => {
  const set = new IdRuns();
  expect(set.addAbsent(10, 20)).toBe(true);
  for (const [first, last] of [
    [20, 25],
    [5, 10],
    [5, 25],
    [12, 13],
    [10, 20],
  ] as const)
    expect(set.addAbsent(first, last)).toBe(false);
  expect(set.addAbsent(21, 25)).toBe(true);
  expect(set.addAbsent(5, 9)).toBe(true);
  expect(set.addAbsent(25)).toBe(false);
  expect(set.addAbsent(5)).toBe(false);
});

test('holds the smallest and the largest ids', () => {
  const set = new IdRuns();
  for (const id of [Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER - 1]) {
    expect(set.addAbsent(id)).toBe(true);
    expect(set.addAbsent(id)).toBe(false);
  }
  expect(set.addAbsent(1, Number.MAX_SAFE_INTEGER - 2)).toBe(true);
  expect(set.addAbsent(0, Number.MAX_SAFE_INTEGER)).toBe(false);
});

test('stays fast and whole through a hundred thousand ids in disorder', () => {
  const set = new IdRuns();
  const count = 100_003;
  // A step that shares no factor with the count visits every id once; a list that moves on each insertion takes seconds.
  for (let step = 0; step < count; step++) if (!set.addAbsent((step * 48_271) % count)) throw new Error(`step ${step}`);
  for (let id = 0; id < count; id++) if (set.addAbsent(id)) throw new Error(`${id} was lost`);
});
