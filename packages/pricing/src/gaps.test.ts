import { gapsOf, hasHoles, piecesOf, piecesOfTrades } from './gaps.ts';
import { summarize, type Summary } from './summary.ts';
import { buildTrade } from './testing/build-trade.ts';
import type { Trade } from './trade.ts';

const trade = (source: string, id: number, time: number): Trade => buildTrade({ source, id: String(id), time });
const gapsBetween = (spans: readonly Summary[]) => gapsOf(spans.flatMap(piecesOf));

test('trades make up pieces without holes, by source', () => {
  const trades = [trade('a', 1, 10), trade('b', 7, 11), trade('a', 2, 12), trade('a', 5, 13), trade('b', 8, 14)];
  expect(piecesOfTrades([...trades, buildTrade({ source: 'a', id: 'x' })])).toEqual([
    { source: 'a', first: 1, last: 2, firstTime: 10, lastTime: 12 },
    { source: 'b', first: 7, last: 8, firstTime: 11, lastTime: 14 },
    { source: 'a', first: 5, last: 5, firstTime: 13, lastTime: 13 },
  ]);
});

test('a gap has the times of the trades around it, by source and id', () => {
  const trades = [trade('b', 4, 9), trade('a', 1, 10), trade('a', 6, 12), trade('a', 3, 14), trade('b', 2, 15)];
  expect(gapsOf(piecesOfTrades(trades))).toEqual([
    { source: 'a', first: 2, last: 2, after: 10, before: 14 },
    { source: 'a', first: 4, last: 5, after: 14, before: 12 },
    { source: 'b', first: 3, last: 3, after: 15, before: 9 },
  ]);
});

test('between spans, what interleaves is no gap', () => {
  const spans = [
    [trade('a', 1, 10), trade('a', 2, 11), trade('a', 4, 12)],
    [trade('a', 3, 20), trade('a', 5, 21)],
    [trade('a', 8, 30)],
  ].map((trades) => summarize(trades)!);
  expect(gapsBetween(spans)).toEqual([{ source: 'a', first: 6, last: 7, after: 21, before: 30 }]);
  expect(spans.map((span) => hasHoles(span, () => true))).toEqual([true, true, false]);
  expect(spans.map((span) => hasHoles(span, ({ source }) => source === 'b'))).toEqual([false, false, false]);
  expect(piecesOf(spans[2]!)).toEqual([{ source: 'a', first: 8, last: 8, firstTime: 30, lastTime: 30 }]);
});

test('a span inside the ids of another hides none of them', () => {
  const wide = summarize([trade('a', 1, 10), trade('a', 9, 40)])!;
  const narrow = summarize([trade('a', 3, 20)])!;
  const next = summarize([trade('a', 11, 50)])!;
  expect(gapsBetween([wide, narrow, next])).toEqual([{ source: 'a', first: 10, last: 10, after: 40, before: 50 }]);
});

test('nothing known has no gaps', () => {
  expect(gapsOf([])).toEqual([]);
});
