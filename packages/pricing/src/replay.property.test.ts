import { createHash } from 'node:crypto';
import { chunks } from '@portolan/kernel';
import type { Faults } from '@portolan/kernel/testing';
import type { ReportedTrade, TradeResult } from './intake.ts';
import { market, shuffled } from './testing/market.ts';
import { addProduct, startPricing, type PricingSimulation } from './testing/pricing-simulation.ts';

// 100,000 trades over some five hours; the service is asked a day later, when everything up to the day has closed.
const start = Date.UTC(2026, 0, 30, 20, 0, 0);
const count = 100_000;
const trades = market(count, start, 180);
const later = Date.UTC(2026, 1, 1, 0, 10, 0);

interface Replay {
  readonly objects: ReadonlyMap<string, Uint8Array>;
  readonly results: readonly TradeResult[];
}

/** Hands batches in until each is answered, as a client does, and lets everything close. */
async function replay(batches: readonly (readonly ReportedTrade[])[], faults?: Faults): Promise<Replay> {
  const pricing = await startPricing({ start: later, ...(faults === undefined ? {} : { faults }) });
  await untilAnswered(pricing, () => addProduct(pricing));
  const results: TradeResult[] = [];
  for (const batch of batches) results.push(...(await untilAnswered(pricing, () => pricing.post(batch))));
  pricing.world.heal();
  await pricing.world.advance(20 * 60_000);
  const objects = await pricing.archived();
  await pricing.stop();
  return { objects, results };
}

/** Tries again whatever fails, or is never answered because the process ended. */
async function untilAnswered<T>({ world }: PricingSimulation, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const { promise: crashed, resolve } = Promise.withResolvers<undefined>();
    world.onRestart(() => resolve(undefined));
    const answer = await Promise.race([ask().catch(() => undefined), crashed]);
    if (answer !== undefined) return answer;
  }
}

/** What is told by comparing: matchers would ask about each byte of hundreds of objects. */
const digests = ({ objects }: Replay): ReadonlyMap<string, string> =>
  new Map([...objects].map(([key, bytes]) => [key, createHash('sha256').update(bytes).digest('hex')]));

const accepted = ({ results }: Replay): number => results.filter(({ status }) => status === 'accepted').length;

let inOrder: Replay;
beforeAll(async () => {
  inOrder = await replay(chunks(trades, 5_000));
}, 60_000);

test('every interval has its object: minutes, hours and the day', () => {
  expect(accepted(inOrder)).toBe(count);
  const keys = [...inOrder.objects.keys()];
  expect(keys.filter((key) => key.startsWith('days/'))).toEqual([
    'days/BTC-USD/2026/01/30.json.gz',
    'days/BTC-USD/2026/01/31.json.gz',
  ]);
  const starts = (length: number): number => new Set(trades.map(({ time }) => time.slice(0, length))).size;
  expect(keys.filter((key) => key.startsWith('hours/'))).toHaveLength(starts('2026-01-30T20'.length));
  expect(keys.filter((key) => key.startsWith('minutes/'))).toHaveLength(starts('2026-01-30T20:00'.length));
});

test('shuffled trades that come up to three times, in batches of other sizes, make the same objects, byte for byte', async () => {
  const again = shuffled([...trades, ...trades.filter((_, n) => n % 2 === 0), ...trades.slice(0, 20_000)], 2);
  const replayed = await replay(chunks(again, 3_777));
  expect(accepted(replayed)).toBe(count);
  expect(digests(replayed)).toEqual(digests(inOrder));
}, 60_000);

test('so do trades that are handed in while the process crashes and its engines refuse calls', async () => {
  const replayed = await replay(chunks(shuffled(trades, 3), 2_500), {
    crash: 0.00002,
    throttle: 0.0001,
    duplicate: 0.2,
  });
  expect(digests(replayed)).toEqual(digests(inOrder));
}, 120_000);
