import fc from 'fast-check';
import { CandleFold } from './fold.ts';
import { startOf } from './interval.ts';
import { scaleOf } from './product.ts';
import { encodeSummary } from './summary-codec.ts';
import { merge, mergeAll, summarize, type Summary } from './summary.ts';
import { buildTrade } from './testing/build-trade.ts';
import { compareTrades, type Trade } from './trade.ts';

const amount = fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
const some = fc.record({
  source: fc.constantFrom('a', 'b', 'constructor'),
  /** Some at one instant. */
  time: fc.oneof(fc.nat(20_000_000), fc.constantFrom(0, 999_999, 1_000_000)),
  price: amount,
  size: amount,
  count: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 9 })),
  /** Ids left out before the one that comes. */
  skipped: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(3)),
  numbered: fc.boolean(),
});

/** Trades with ids as sources give them: none twice, none covering those of another. */
const history = fc.array(some, { minLength: 1, maxLength: 40 }).map((records) => {
  const next = new Map<string, number>();
  return records.map(({ skipped, numbered, ...record }): Trade => {
    const sequence = (next.get(record.source) ?? 1) + skipped;
    const count = numbered ? record.count : 1;
    next.set(record.source, sequence + count);
    return buildTrade({ ...record, count, id: numbered ? String(sequence) : `x${sequence}` });
  });
});

/** A history, and its trades again in any order, each at least once. */
const disturbed = history.chain((trades) =>
  fc.record({
    trades: fc.constant(trades),
    again: fc
      .tuple(fc.shuffledSubarray(trades), fc.shuffledSubarray(trades, { minLength: trades.length }))
      .map((parts) => parts.flat()),
  }),
);

const scale = scaleOf({ priceIncrement: '0.01', sizeIncrement: '0.0001' });

/** As stored: equal summaries must be equal bytes. */
const textOf = (summaries: ReadonlyMap<number, Summary>): string =>
  JSON.stringify([...summaries].map(([start, summary]) => [start, encodeSummary(summary, scale)]));

const foldOf = (trades: readonly Trade[]) => {
  const fold = new CandleFold('1s');
  fold.addAll(trades);
  return fold.summaries();
};

/** Sums by bigints only, and everything else by sorting: slow, and plain enough to believe. */
function oracle(trades: readonly Trade[]) {
  const sorted = trades.toSorted(compareTrades);
  const sum = (term: (trade: Trade) => bigint): bigint => trades.reduce((total, trade) => total + term(trade), 0n);
  const prices = trades.map(({ price }) => price);
  return {
    open: sorted[0]!.price,
    close: sorted.at(-1)!.price,
    high: Math.max(...prices),
    low: Math.min(...prices),
    volume: sum(({ size }) => BigInt(size)),
    notional: sum(({ price, size }) => BigInt(price) * BigInt(size)),
    priceSum: sum(({ price, count }) => BigInt(price) * BigInt(count)),
    count: trades.reduce((total, { count }) => total + count, 0),
    unnumbered: trades.filter(({ sequence }) => sequence === undefined).length,
  };
}

const inBigints = ({ first: _first, last: _last, ids: _ids, ...summary }: Summary) => ({
  ...summary,
  volume: BigInt(summary.volume),
  notional: BigInt(summary.notional),
  priceSum: BigInt(summary.priceSum),
});

test('every interval has exactly what a sum by bigints gives', () => {
  fc.assert(
    fc.property(history, (trades) => {
      const byStart = Map.groupBy(trades, ({ time }) => startOf('1s', time));
      const summaries = foldOf(trades.toSorted(compareTrades));
      expect([...summaries.keys()]).toEqual([...byStart.keys()].sort((left, right) => left - right));
      for (const [start, members] of byStart) expect(inBigints(summaries.get(start)!)).toEqual(oracle(members));
    }),
  );
});

test('order and duplicates change nothing', () => {
  fc.assert(
    fc.property(disturbed, ({ trades, again }) => {
      expect(textOf(foldOf(again))).toBe(textOf(foldOf(trades.toSorted(compareTrades))));
    }),
  );
});

test('summaries of the parts merge to the summary of the whole, grouped and ordered in any way', () => {
  const parted = fc.tuple(disturbed, fc.array(fc.nat(3), { minLength: 40, maxLength: 40 }));
  fc.assert(
    fc.property(parted, ([{ trades }, parts]) => {
      const whole = summarize(trades)!;
      const groups = [...Map.groupBy(trades, (trade) => parts[trades.indexOf(trade)]!).values()];
      const summaries = groups.map((group) => summarize(group)!);
      expect(mergeAll(summaries)).toEqual(whole);
      expect(mergeAll(summaries.toReversed())).toEqual(whole);
      expect(summaries.reduceRight((right, left) => merge(left, right))).toEqual(whole);
      expect(textOf(new Map([[0, mergeAll(summaries)!]]))).toBe(textOf(new Map([[0, whole]])));
    }),
  );
});

test('the intervals merge to the summary of all trades', () => {
  fc.assert(
    fc.property(history, (trades) => {
      expect(mergeAll(foldOf(trades).values())).toEqual(summarize(trades));
    }),
  );
});
