import { IdRuns } from './id-runs.ts';

const runsOf = (set: IdRuns) => [...set.runs()].map(({ first, last }) => [first, last]);

test('consecutive ids become one run, in whatever order they come', () => {
  const set = new IdRuns();
  expect(set.add(5)).toBe(1);
  expect(set.add(6)).toBe(1);
  expect(set.add(9, 10)).toBe(2);
  expect(set.add(3)).toBe(1);
  expect(runsOf(set)).toEqual([
    [3, 3],
    [5, 6],
    [9, 10],
  ]);
  expect(set.gaps()).toEqual([
    { first: 4, last: 4 },
    { first: 7, last: 8 },
  ]);
  expect(set.add(4)).toBe(1);
  expect(set.add(2, 12)).toBe(5);
  expect(runsOf(set)).toEqual([[2, 12]]);
  expect(set.size).toBe(11);
  expect(set.gaps()).toEqual([]);
});

test('says how many ids were new', () => {
  const set = IdRuns.of([{ first: 10, last: 20 }]);
  expect(set.add(10, 20)).toBe(0);
  expect(set.add(15)).toBe(0);
  expect(set.add(18, 22)).toBe(2);
  expect(set.add(5, 12)).toBe(5);
});

test('adds nothing where any of the ids is held', () => {
  const set = IdRuns.of([{ first: 10, last: 20 }]);
  expect(set.addAbsent(20, 25)).toBe(false);
  expect(set.addAbsent(5, 10)).toBe(false);
  expect(set.addAbsent(5, 25)).toBe(false);
  expect(runsOf(set)).toEqual([[10, 20]]);
  expect(set.addAbsent(21, 25)).toBe(true);
  expect(set.addAbsent(5, 9)).toBe(true);
  expect(runsOf(set)).toEqual([[5, 25]]);
});

test('holds the smallest and the largest ids', () => {
  const set = new IdRuns();
  expect(set.has(0)).toBe(false);
  expect(set.add(Number.MAX_SAFE_INTEGER)).toBe(1);
  expect(set.add(0)).toBe(1);
  expect(set.add(Number.MAX_SAFE_INTEGER - 1)).toBe(1);
  expect(set.has(0)).toBe(true);
  expect(set.has(1)).toBe(false);
  expect(runsOf(set)).toEqual([
    [0, 0],
    [Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER],
  ]);
});

test('is stored as the ends of its runs', () => {
  const set = IdRuns.of([
    { first: 7, last: 9 },
    { first: 1, last: 3 },
  ]);
  expect(JSON.stringify(set)).toBe('[1,3,7,9]');
  expect(IdRuns.fromJSON([1, 3, 7, 9]).toJSON()).toEqual(set.toJSON());
  expect(IdRuns.fromJSON([]).size).toBe(0);
});

test.each([[[1]], [[3, 1]], [[1, 3, 4, 5]], [[5, 6, 1, 2]], [[-1, 2]], [[0.5, 1]], [[1, 2 ** 53]], [['1', '2']]])(
  'refuses %p as stored runs',
  (ends) => {
    expect(() => IdRuns.fromJSON(ends as number[])).toThrow(RangeError);
  },
);

test('stays fast and whole through a hundred thousand ids in disorder', () => {
  const set = new IdRuns();
  const count = 100_003;
  // A step that shares no factor with the count visits every id once; a list that moves on each insertion takes seconds.
  for (let step = 0; step < count; step++) expect(set.add((step * 48_271) % count) === 1).toBe(true);
  expect(runsOf(set)).toEqual([[0, count - 1]]);
});
