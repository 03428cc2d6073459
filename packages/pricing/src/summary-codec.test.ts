import { scaleOf } from './product.ts';
import { decodeSummary, encodeSummary, type StoredSummary } from './summary-codec.ts';
import { summarize } from './summary.ts';
import { buildTrade } from './testing/build-trade.ts';

const scale = scaleOf({ priceIncrement: '0.01', sizeIncrement: '0.001' });
const time = Date.UTC(2026, 0, 1) * 1_000;
const stored: StoredSummary = {
  first: { time: '2026-01-01T00:00:00.000000Z', source: 'coinbase', id: '7' },
  last: { time: '2026-01-01T00:00:00.000005Z', source: 'coinbase', id: 'x' },
  open: '100',
  high: '100.25',
  low: '100',
  close: '100.25',
  volume: '3.5',
  notional: '350.375',
  priceSum: '300.25',
  count: 3,
  unnumbered: 1,
  ids: { coinbase: { first: 7, last: 8, held: 2 } },
};

test('a summary is stored as decimals, with its keys in one order', () => {
  const summary = summarize([
    buildTrade({ id: 'x', time: time + 5, price: 10_025, size: 1_500 }),
    buildTrade({ id: '7', time, price: 10_000, size: 2_000, count: 2 }),
  ])!;
  expect(JSON.stringify(encodeSummary(summary, scale))).toBe(JSON.stringify(stored));
  expect(decodeSummary(stored, scale)).toEqual(summary);
});

test.each([
  ['a price that is finer than the increments', { open: '100.001' }],
  ['a price that is no text', { high: 100 }],
  ['a volume that is no number', { volume: 'much' }],
  ['a sum with an exponent', { notional: '1e3' }],
  ['an absent sum', { priceSum: undefined }],
  ['a count that is no integer', { count: 1.5 }],
  ['a count that is text', { count: '3' }],
  ['a negative number of trades without number', { unnumbered: -1 }],
  ['an instant that is none', { first: { ...stored.first, time: '2026-02-30T00:00:00.000000Z' } }],
  ['an absent place', { last: undefined }],
  ['no ids', { ids: undefined }],
  ['a span of ids without end', { ids: { coinbase: { first: 1, held: 1 } } }],
  ['no span for a source', { ids: { coinbase: null } }],
  ['a span of ids that holds more than it can', { ids: { coinbase: { first: 1, last: 2, held: 3 } } }],
])('refuses %s', (_, change) => {
  const broken = { ...stored, ...change } as unknown as StoredSummary;
  expect(() => decodeSummary(broken, scale)).toThrow(expect.objectContaining({ code: 'corrupted' }));
});
