import { silentLog } from '@portolan/kernel';
import { VirtualAlarm } from '@portolan/node/testing';
import { Courier } from '../feed/courier.ts';
import { limitedLog } from '../feed/limited-log.ts';
import type { ExchangeTrade } from '../protocol/trade.ts';
import { MemoryIntake } from '../testing/memory-intake.ts';
import { pass } from '../testing/virtual-time.ts';
import { Backfill } from './backfill.ts';
import { rangesOf } from './id-ranges.ts';

const product = 'BTC-USD';

/** A feed's backfill after years of trading, with an intake that has some of it; requests are answered at once. */
async function setUp({ newestId, backfillTrades }: { readonly newestId: number; readonly backfillTrades: number }) {
  const alarm = new VirtualAlarm();
  const intake = new MemoryIntake();
  await intake.addProduct({ id: product, priceIncrement: '1', sizeIncrement: '1' });
  const going = new AbortController();
  const shared = {
    ...{ intake, alarm, random: { next: () => 0.5 }, retry: { baseMs: 100, capMs: 1_000 }, signal: going.signal },
    log: limitedLog(silentLog, alarm.clock),
  };
  const courier = new Courier({ ...shared, onTrouble() {} });
  const hold = (ids: readonly number[]) =>
    courier.handOver(ids.map((id) => ({ product, source: 'coinbase', ...tradeOf(id), id: String(id) })));
  const rest = {
    async trades(_product: string, belowId: number, limit: number) {
      const count = Math.max(0, Math.min(limit, Math.min(belowId, newestId + 1) - 1));
      const trades = Array.from({ length: count }, (_, at) => ({ trade_id: belowId - 1 - at, ...tradeOf(belowId) }));
      return { trades, oldestId: trades.at(-1)?.trade_id, malformed: [] };
    },
  };
  const options = { ...shared, rest, courier, source: 'coinbase', products: [product], backfillTrades };
  const backfill = new Backfill({ ...options, graceMs: 500, vainMs: 20_000, maxVainMs: 3_600_000 });
  const held = () => rangesOf(intake.held(product).map(({ id }) => Number(id)));
  return { alarm, intake, going, backfill, hold, held };
}

const tradeOf = (id: number): Omit<ExchangeTrade, 'trade_id'> => ({
  ...{ time: new Date(id).toISOString(), price: '1', size: '1', side: 'buy' },
});

test('what went by in weeks is fetched as far back as it is told, and the rest is left as a gap, however often it is asked for', async () => {
  const { alarm, intake, going, backfill, hold, held } = await setUp({ newestId: 9_000_001, backfillTrades: 2_500 });
  await hold([1, 2, 3, 9_000_001]);
  backfill.came(product, 9_000_001);
  await backfill.lookForGaps();
  expect(backfill.missing).toBe(2_499);
  await pass(alarm, 500);
  expect(held()).toEqual([
    { first: 1, last: 3 },
    { first: 8_997_502, last: 9_000_001 },
  ]);
  expect([backfill.counts.pages, backfill.missing, backfill.leftOut]).toEqual([3, 0, 8_997_498]);

  for (let look = 0; look < 3; look++) {
    await backfill.lookForGaps();
    await pass(alarm, 3_600_000);
  }
  expect([backfill.counts.pages, backfill.leftOut]).toEqual([3, 8_997_498]);
  expect(await intake.gaps(product)).toMatchObject([{ first: '4', last: '8997501' }]);
  going.abort();
});

test('what the stream skipped is bounded alike; a hole that is young enough is fetched whole, an older one not at all', async () => {
  const { alarm, going, backfill, hold, held } = await setUp({ newestId: 60_000, backfillTrades: 10_000 });
  await hold([1, 3, 49_999, 55_000, 55_002]);
  // The process slept, and the first trade after that tells of all those before.
  backfill.came(product, 60_000);
  backfill.fetch(product, { first: 55_003, last: 59_999 }, false);
  await backfill.lookForGaps();
  await pass(alarm, 500);
  expect(held()).toEqual([
    { first: 1, last: 1 },
    { first: 3, last: 3 },
    { first: 49_999, last: 49_999 },
    { first: 50_001, last: 59_999 },
  ]);
  expect(backfill.leftOut).toBe(1 + 49_995 + 1);
  going.abort();
});
