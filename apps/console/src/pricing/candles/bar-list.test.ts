import { BarList, mergeBars } from './bar-list.ts';
import type { Bar } from './bar.ts';

const bar = (at: number, close = 'known'): Bar => ({
  at,
  open: '1',
  high: '1',
  low: '1',
  close,
  volume: '1',
  vwap: '1',
  count: 1,
  complete: true,
  closedAt: '',
});
const shown = (bars: readonly Bar[]): string => bars.map(({ at, close }) => `${at}${close[0]}`).join(' ');
const known = (...ats: number[]) => ats.map((at) => bar(at));
const fresh = (...ats: number[]) => ats.map((at) => bar(at, 'fresh'));

test.each([
  ['an older page', known(4, 5), fresh(1, 2, 3), '1f 2f 3f 4k 5k'],
  ['an older page that overlaps', known(3, 4, 5), fresh(1, 2, 3), '1f 2f 3f 4k 5k'],
  ['the newest read again', known(1, 2, 3), fresh(2, 3, 4), '1k 2f 3f 4f'],
  ['what was missed in between', known(1, 5), fresh(2, 4), '1k 2f 4f 5k'],
  ['the first page', [], fresh(1, 2), '1f 2f'],
  ['a page without candles', known(1, 2), [], '1k 2k'],
])('merges %s without a bar missing or twice', (_what, before, page, after) => {
  expect(shown(mergeBars(before, page))).toBe(after);
});

test('finds bars by their time, and nothing between them', () => {
  const list = new BarList();
  expect(list.find(1)).toBeUndefined();
  list.put(known(1, 3, 5, 7));
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => list.find(at)?.at)).toEqual([
    undefined,
    1,
    undefined,
    3,
    undefined,
    5,
    undefined,
    7,
    undefined,
  ]);
});

test('keeps the newest when there are too many', () => {
  const list = new BarList();
  list.put(known(1, 2, 3, 4));
  list.keep(2);
  expect(shown(list.all)).toBe('3k 4k');
});
