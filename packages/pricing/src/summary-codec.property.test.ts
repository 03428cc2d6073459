import fc from 'fast-check';
import type { Scale } from './product.ts';
import { decodeSummary, encodeSummary } from './summary-codec.ts';
import { summarize } from './summary.ts';
import { buildTrade } from './testing/build-trade.ts';

const trades = fc
  .uniqueArray(fc.record({ id: fc.nat(1_000).map(String), price: fc.integer({ min: 1, max: 9e12 }), size: fc.nat() }), {
    minLength: 1,
    maxLength: 10,
    selector: ({ id }) => id,
  })
  .map((records) => records.map((record) => buildTrade({ ...record, size: record.size + 1 })));

const scale = fc.record({
  priceDecimals: fc.nat(8),
  priceStep: fc.constant(1),
  sizeDecimals: fc.nat(18),
  sizeStep: fc.constant(1),
});

test('what is stored reads back, and means the same when increments have become finer', () => {
  fc.assert(
    fc.property(trades, scale, fc.nat(3), (some, coarse, finer) => {
      const summary = summarize(some)!;
      const stored = encodeSummary(summary, coarse);
      expect(decodeSummary(stored, coarse)).toEqual(summary);
      const fine: Scale = { ...coarse, priceDecimals: coarse.priceDecimals + finer };
      const refined = some.map((trade) => ({ ...trade, price: trade.price * 10 ** finer }));
      if (!refined.every(({ price }) => Number.isSafeInteger(price))) return;
      expect(decodeSummary(stored, fine)).toEqual(summarize(refined));
      expect(encodeSummary(decodeSummary(stored, fine), fine)).toEqual(stored);
    }),
  );
});
