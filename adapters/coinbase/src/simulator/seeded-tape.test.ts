import { parseTime } from '@portolan/pricing/time';
import { seededTape, simulatedMarkets, type SeededTapeOptions } from './seeded-tape.ts';
import { digitsOf } from './tape.ts';

const noon = parseTime('2026-06-01T12:00:00Z')!;
const minute = 60_000_000;
const tape = (options: Partial<SeededTapeOptions> = {}) => seededTape({ seed: 7, ...options });

test('tells the same trade of an id, whoever asks, in whatever order', () => {
  const newest = tape().older('BTC-USD', noon, Infinity, 3_000);
  expect(newest).toHaveLength(3_000);
  const oldest = tape().newer('BTC-USD', Infinity, newest.at(-1)!.id - 1, 3_000);
  expect(oldest).toEqual(newest.toReversed());
  const other = tape();
  for (const trade of newest.filter((_, index) => index % 97 === 0)) {
    expect(other.older('BTC-USD', noon, trade.id + 1, 1)).toEqual([trade]);
    expect(other.newer('BTC-USD', noon, trade.id - 1, 1)).toEqual([trade]);
    expect(other.older('BTC-USD', trade.micros, trade.id + 1, 1)).toEqual([trade]);
  }
});

test('has told the same since it was written, so that a store filled before goes on', () => {
  const [trade] = tape().older('BTC-USD', noon, Infinity, 1);
  expect(trade).toMatchInlineSnapshot(`
    {
      "id": 223128798,
      "micros": 1780315199938485,
      "price": "76845.08",
      "side": "buy",
      "size": "0.04780326",
    }
  `);
});

test('another seed is another exchange, and so is each product', () => {
  const prices = [tape(), tape({ seed: 8 })].flatMap((one) =>
    ['BTC-USD', 'ETH-USD'].map((product) =>
      one
        .older(product, noon, Infinity, 50)
        .map(({ micros }) => micros)
        .join(),
    ),
  );
  expect(new Set(prices).size).toBe(4);
});

test('numbers trades without a hole, through times that never go back', () => {
  for (const { id } of simulatedMarkets) {
    const trades = tape().newer(id, noon, 40_950, 5_000);
    expect(trades).toHaveLength(5_000);
    for (const [index, trade] of trades.entries()) {
      if (index === 0) continue;
      if (trade.id !== trades[index - 1]!.id + 1 || trade.micros < trades[index - 1]!.micros)
        expect([trades[index - 1], trade]).toBe('in order');
    }
  }
});

test('begins with trade 1 after its epoch, and has nothing before', () => {
  const young = tape({ epoch: Date.UTC(2026, 5, 1) });
  const [first] = young.newer('BTC-USD', noon, 0, 1);
  expect(first!.id).toBe(1);
  expect(first!.micros).toBeGreaterThanOrEqual(parseTime('2026-06-01T00:00:00Z')!);
  expect(young.older('BTC-USD', first!.micros - 1, Infinity, 1)).toEqual([]);
  expect(young.older('BTC-USD', noon, 4, 100).map(({ id }) => id)).toEqual([3, 2, 1]);
  expect(young.older('BTC-USD', parseTime('2026-05-31T23:59:59Z')!, Infinity, 1)).toEqual([]);
});

test('shows nothing that has not happened yet', () => {
  const [last] = tape().older('BTC-USD', noon, Infinity, 1);
  expect(last!.micros).toBeLessThanOrEqual(noon);
  expect(tape().newer('BTC-USD', noon, last!.id, 10)).toEqual([]);
  const [next] = tape().newer('BTC-USD', Infinity, last!.id, 1);
  expect(next!.micros).toBeGreaterThan(noon);
});

test.each([0.01, 5, 2_000])('makes %d trades a second on average, in bursts', (tradesPerSecond) => {
  const rate = tape({ tradesPerSecond });
  const count = (from: number, to: number) => {
    const [before] = rate.older('ETH-USD', from, Infinity, 1);
    return rate.older('ETH-USD', to, Infinity, 1)[0]!.id - before!.id;
  };
  const day = 24 * 60 * minute;
  expect(count(noon, noon + 30 * day) / (30 * 86_400)).toBeCloseTo(tradesPerSecond, tradesPerSecond < 1 ? 3 : 0);
  if (tradesPerSecond !== 5) return;
  const minutes = Array.from({ length: 200 }, (_, index) => count(noon + index * minute, noon + (index + 1) * minute));
  expect(Math.max(...minutes)).toBeGreaterThan(2 * Math.min(...minutes));
});

test('writes exact decimals, on the increments of the product', () => {
  for (const { id, priceIncrement, sizeIncrement, basePrice } of simulatedMarkets) {
    for (const { price, size } of tape().older(id, noon, Infinity, 500)) {
      for (const [text, increment] of [
        [price, priceIncrement],
        [size, sizeIncrement],
      ] as const) {
        expect(text).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
        expect(text.split('.')[1]?.length ?? 0).toBeLessThanOrEqual(digitsOf(increment));
        expect(Number(text)).toBeGreaterThan(0);
      }
      expect(Number(price) / basePrice).toBeGreaterThan(0.3);
      expect(Number(price) / basePrice).toBeLessThan(3);
    }
  }
});

test('walks: prices of a year move, and no trade leaps', () => {
  const trades = tape().older('BTC-USD', noon, Infinity, 5_000);
  const leaps = trades.slice(1).map(({ price }, index) => Math.abs(Number(price) / Number(trades[index]!.price) - 1));
  expect(Math.max(...leaps)).toBeLessThan(0.002);
  const months = Array.from({ length: 12 }, (_, month) =>
    Number(tape().older('BTC-USD', Date.UTC(2025, month + 1) * 1_000, Infinity, 1)[0]!.price),
  );
  expect(Math.max(...months) / Math.min(...months)).toBeGreaterThan(1.05);
});

test('names what is out of range', () => {
  expect(() => tape({ seed: 1.5 })).toThrow('seed: expected an integer, not 1.5');
  expect(() => tape({ epoch: 1 })).toThrow('epoch: expected a whole second, not 1');
  expect(() => tape({ tradesPerSecond: 0 })).toThrow('tradesPerSecond: expected a number above 0, not 0');
  expect(() => tape().older('X-USD', noon, Infinity, 1)).toThrow('X-USD is not on this tape');
});

test.each(['0.02', '10', '0.0', '1.0', ''])('%s is no increment', (increment) => {
  expect(() => digitsOf(increment)).toThrow(RangeError);
});
