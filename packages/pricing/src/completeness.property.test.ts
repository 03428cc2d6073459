import fc from 'fast-check';
import { cellsOf, type Cell } from './candle.ts';
import { provenComplete, type FeedMark } from './completeness.ts';
import { gapsOf, piecesOfTrades } from './gaps.ts';
import { startOf } from './interval.ts';
import { summarize } from './summary.ts';
import { buildTrade } from './testing/build-trade.ts';
import { compareTrades, type Trade } from './trade.ts';

const second = 1_000_000;
/** Trades happen in ten seconds, of which cells are the middle; the rest is known as one span on each side. */
const [from, to, end] = [3 * second, 7 * second, 10 * second];

interface History {
  /** What really happened, in order. */
  readonly happened: readonly Trade[];
  /** What was heard of it. */
  readonly heard: readonly Trade[];
  readonly marks: readonly FeedMark[];
}

/** A source numbers its trades in the order of their times; at times on the edges of cells more often than not. */
const time = fc.oneof(
  fc.nat(end - 1),
  fc.nat(9).map((whole) => whole * second),
);
const happened = (source: string) =>
  fc.array(fc.record({ time, count: fc.integer({ min: 1, max: 3 }) }), { maxLength: 14 }).map((records) => {
    let next = 1;
    return records
      .sort((left, right) => left.time - right.time)
      .map((record): Trade => {
        const id = String(next);
        next += record.count;
        return buildTrade({ ...record, source, id });
      });
  });

/** Marks that tell the truth: the newest id at their time. */
const marksOf = (trades: readonly Trade[], times: readonly number[]): FeedMark[] =>
  times.flatMap((at) => {
    const newest = trades.findLast((trade) => trade.time <= at);
    return newest === undefined
      ? []
      : [{ source: newest.source, lastId: newest.sequence! + newest.count - 1, time: at }];
  });

const history: fc.Arbitrary<History> = fc
  .tuple(happened('a'), fc.oneof(fc.constant([]), happened('b')), fc.array(time, { maxLength: 3 }))
  .chain(([a, b, times]) => {
    const all = [...a, ...b].sort(compareTrades);
    return fc.record({
      happened: fc.constant(all),
      heard: fc.oneof(
        fc.constant(all),
        fc.array(fc.nat(all.length), { maxLength: 3 }).map((lost) => all.filter((_, index) => !lost.includes(index))),
        fc.shuffledSubarray(all).map((some) => some.sort(compareTrades)),
      ),
      marks: fc.constant([...marksOf(a, times), ...marksOf(b, times)]),
    });
  });

function judge({ heard, marks }: History): { readonly cells: readonly Cell[]; readonly proven: readonly boolean[] } {
  const within = heard.filter((trade) => trade.time >= from && trade.time < to);
  const groups = Map.groupBy(within, (trade) => startOf('1s', trade.time));
  const cells = cellsOf('1s', from, to, new Map([...groups].map(([start, some]) => [start, summarize(some)!])));
  const proven = provenComplete(cells, {
    before: summarize(heard.filter((trade) => trade.time < from)),
    after: summarize(heard.filter((trade) => trade.time >= to)),
    marks,
  });
  return { cells, proven };
}

test('never calls an interval complete in which a trade is missing', () => {
  let claims = 0;
  fc.assert(
    fc.property(history, (some) => {
      const { cells, proven } = judge(some);
      // A source of which nothing was ever heard cannot be missed.
      const known = new Set(some.heard.map(({ source }) => source));
      const missing = some.happened.filter((trade) => known.has(trade.source) && !some.heard.includes(trade));
      cells.forEach((cell, index) => {
        if (!proven[index]) return;
        claims++;
        expect(missing.filter((trade) => trade.time >= cell.start && trade.time < cell.end)).toEqual([]);
      });
    }),
    { numRuns: 2_000 },
  );
  expect(claims).toBeGreaterThan(500);
});

test('calls an interval complete where each source has all its trades, from the one before to the one after', () => {
  fc.assert(
    fc.property(history, (some) => {
      const { cells, proven } = judge(some);
      const sources = [...new Set(some.heard.map(({ source }) => source))];
      cells.forEach((cell, index) => {
        const evident = sources.every((source) => {
          const trades = some.happened.filter((trade) => trade.source === source);
          const before = trades.findLast((trade) => trade.time < cell.start);
          const after = trades.find((trade) => trade.time >= cell.end);
          const inside = trades.filter((trade) => trade.time >= cell.start && trade.time < cell.end);
          return [before, ...inside, after].every((trade) => trade !== undefined && some.heard.includes(trade));
        });
        if (evident && sources.length > 0) expect(proven[index]).toBe(true);
      });
    }),
    { numRuns: 1_000 },
  );
});

test('finds every id that is missing between those heard, and no other', () => {
  fc.assert(
    fc.property(history, ({ happened: all, heard }) => {
      const idsOf = (trades: readonly Trade[], source: string) =>
        trades
          .filter((trade) => trade.source === source)
          .flatMap(({ sequence, count }) => Array.from({ length: count }, (_, more) => sequence! + more));
      const gaps = gapsOf(piecesOfTrades(heard));
      for (const source of ['a', 'b']) {
        const held = idsOf(heard, source);
        const missing = idsOf(all, source).filter(
          (id) => !held.includes(id) && id > Math.min(...held) && id < Math.max(...held),
        );
        const found = gaps
          .filter((gap) => gap.source === source)
          .flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, more) => first + more));
        expect(found).toEqual(missing);
      }
      for (const { source, first, last, after, before } of gaps) {
        const lost = all.filter(
          (trade) => trade.source === source && trade.sequence! >= first && trade.sequence! <= last,
        );
        for (const trade of lost) expect(trade.time >= after && trade.time <= before).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});
