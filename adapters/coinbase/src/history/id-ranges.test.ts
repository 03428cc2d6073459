import { idsIn, rangesOf, withoutRanges } from './id-ranges.ts';

const range = (first: number, last: number) => ({ first, last });

test('counts both ends', () => {
  expect(idsIn(range(7, 7))).toBe(1);
  expect(idsIn(range(1, 1_000))).toBe(1_000);
});

test.each([
  ['nothing', [], [[1, 10]]],
  ['what lies elsewhere', [[11, 20]], [[1, 10]]],
  [
    'the middle',
    [[4, 6]],
    [
      [1, 3],
      [7, 10],
    ],
  ],
  [
    'both ends, overlapping',
    [
      [8, 99],
      [0, 2],
      [1, 3],
    ],
    [[4, 7]],
  ],
  [
    'all of it, in pieces',
    [
      [6, 10],
      [1, 5],
    ],
    [],
  ],
] as const)('is left without %s', (_what, others, left) => {
  expect(
    withoutRanges(
      range(1, 10),
      others.map(([first, last]) => range(first, last)),
    ),
  ).toEqual(left.map(([first, last]) => range(first!, last!)));
});

test('puts ids together, in any order and however often they stand there', () => {
  expect(rangesOf([5, 1, 2, 9, 2, 3])).toEqual([range(1, 3), range(5, 5), range(9, 9)]);
  expect(rangesOf([])).toEqual([]);
});
