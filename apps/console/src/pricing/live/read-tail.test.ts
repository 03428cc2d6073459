import type { Trade } from '../../api/answers.ts';
import { readTail, type TradePages } from './read-tail.ts';

const pageSize = 10;
const latestAt = Date.parse('2026-03-29T13:05:00Z');

/** Trades so long before the latest, in order, as the service lists them. */
function listed(agoMs: readonly number[]) {
  const trades = agoMs.map((ms, index): Trade => ({
    product: 'BTC-USD',
    id: String(index + 1),
    time: new Date(latestAt - ms).toISOString().replace('Z', '000Z'),
    price: '100',
    size: '1',
    side: 'buy',
    source: 'test',
  }));
  const asked: number[] = [];
  const pages: TradePages = async (from, cursor = '0') => {
    const start = Date.parse(from);
    if (cursor === '0') asked.push(latestAt - start);
    const found = trades.filter(({ time }) => Date.parse(time) >= start);
    const end = Number(cursor) + pageSize;
    const page = found.slice(Number(cursor), end);
    return end < found.length ? { trades: page, cursor: String(end) } : { trades: page };
  };
  return { trades, pages, asked };
}

test('reads the last ten seconds whole, up to the newest, however many traded in them', async () => {
  const { trades, pages, asked } = listed([60_000, 10_001, ...Array.from({ length: 35 }, (_, index) => 34 - index)]);
  expect(await readTail(trades.at(-1)!, 5, pages)).toEqual(trades.slice(2));
  expect(asked).toEqual([10_000]);
});

test('looks further back where those are few, no further than there is enough', async () => {
  const { trades, pages, asked } = listed([7_200_000, 3_000_000, 2_000_000, 100_000, 0]);
  expect(await readTail(trades.at(-1)!, 4, pages)).toEqual(trades.slice(1));
  expect(asked).toEqual([10_000, 120_000, 3_600_000]);
});

test('takes what there is where a day has fewer', async () => {
  const { trades, pages } = listed([90_000_000, 2_000, 0]);
  expect(await readTail(trades.at(-1)!, 50, pages)).toEqual(trades.slice(1));
});
