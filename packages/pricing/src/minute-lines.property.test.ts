import fc from 'fast-check';
import { decodeLines, encodeLines } from './minute-lines.ts';
import { scaleOf } from './product.ts';
import { endOfTime } from './time.ts';
import { buildTrade } from './testing/build-trade.ts';
import { compareTrades, sequenceOf } from './trade.ts';

const scale = scaleOf({ priceIncrement: '0.00001', sizeIncrement: '0.00000001' });
const chars = (text: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...text), minLength: 1, maxLength });
const amount = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

const trade = fc
  .record({
    source: chars('az09-', 40),
    id: fc.oneof(fc.maxSafeNat().map(String), chars('AZaz09_.:-', 64)),
    time: fc.integer({ min: 0, max: endOfTime - 1 }),
    price: amount,
    size: amount,
    side: fc.constantFrom('buy', 'sell'),
    count: fc.integer({ min: 1, max: 10_000 }),
  })
  .map((given) => {
    const sequence = sequenceOf(given.id);
    const counts = sequence !== undefined && sequence <= Number.MAX_SAFE_INTEGER - given.count;
    return buildTrade({ ...given, count: counts ? given.count : 1 });
  });

test('any trades read back, from lines that any reader of JSON reads', () => {
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 300 }), (some) => {
      const sorted = some.toSorted(compareTrades);
      const trades = sorted.filter((one, index) => index === 0 || compareTrades(sorted[index - 1]!, one) !== 0);
      const text = encodeLines(trades, scale);
      expect(decodeLines(text, scale)).toEqual(trades);
      const parsed = text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(parsed.map(({ source, id, count = 1 }) => ({ source, id, count }))).toEqual(
        trades.map(({ source, id, count }) => ({ source, id, count })),
      );
    }),
    { numRuns: 50 },
  );
});
