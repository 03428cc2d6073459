import type { Trade } from '../../api/answers.ts';
import { TradeTail } from './trade-tail.ts';

const base = Date.parse('2026-03-29T13:05:00Z');
const trade = (id: number, ms: number, more: Partial<Trade> = {}): Trade => ({
  product: 'BTC-USD',
  id: String(id),
  time: new Date(base + ms).toISOString().replace('Z', '000Z'),
  price: '100',
  size: '1',
  side: 'buy',
  source: 'test',
  ...more,
});

test('shows the newest first, whatever order they come in, each once', () => {
  const tail = new TradeTail();
  tail.take([trade(2, 200), trade(1, 100)], base);
  tail.take([trade(4, 300), trade(3, 300), trade(2, 200)], base);
  expect(tail.newest.map(({ id }) => id)).toEqual(['4', '3', '2', '1']);
  expect(tail.latest?.id).toBe('4');
  tail.take([trade(1, 100, { source: 'other' })], base);
  expect(tail.newest).toHaveLength(5);
});

test('keeps 50, and counts them all', () => {
  const tail = new TradeTail();
  const many = Array.from({ length: 80 }, (_, index) => trade(index, index));
  tail.take(many, base + 1_000);
  tail.take(many, base + 1_000);
  expect(tail.newest).toHaveLength(50);
  expect(tail.newest.at(-1)?.id).toBe('30');
  expect(tail.perSecond(base + 1_000)).toBe(8);
});

test('tells the rate of the last ten seconds', () => {
  const tail = new TradeTail();
  tail.take([trade(1, 0), trade(2, 4_000, { count: 3 }), trade(3, 9_000)], base + 9_000);
  expect([9_000, 10_000, 14_000, 19_000].map((ms) => tail.perSecond(base + ms))).toEqual([0.5, 0.4, 0.1, 0]);
});

test('takes trades that are older than the rate as no part of it', () => {
  const tail = new TradeTail();
  tail.take([trade(1, 0)], base + 20_000);
  expect([tail.newest.length, tail.perSecond(base + 20_000)]).toEqual([1, 0]);
});
