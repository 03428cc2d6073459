import { hours, minutes } from '@portolan/kernel';
import { judgeUsage, newWorld, recordUsage, simulate, type PortCall } from '@portolan/kernel/testing';
import { live } from './ports.ts';
import { pricingService } from './pricing.ts';
import { trade } from './testing/pricing-simulation.ts';

const pricing = pricingService({ retentionMs: hours(1) });

/** A life of the service in which everything happens that it is made for. */
async function everything(record: (call: PortCall) => void): Promise<void> {
  const world = newWorld({ seed: 7 });
  const { call, stop } = await simulate(recordUsage(pricing, record), { world });
  const params = { id: 'BTC-USD' };
  const done = async (operation: string, given: Parameters<typeof call>[1] = {}): Promise<void> => {
    const reply = await call(operation, given);
    if (reply.kind === 'problem') throw new Error(`${operation}: ${reply.problem}: ${reply.detail}`);
  };
  const at = (msAgo: number): string => new Date(world.now() - msAgo).toISOString();
  await done('putProduct', { params, body: { priceIncrement: '0.01', sizeIncrement: '0.01' } });
  const dialled = await world.dial(live, { query: { products: 'BTC-USD' } });
  expect(dialled.kind).toBe('open');
  const mark = { product: 'BTC-USD', lastId: '2', time: at(0) };
  const feed = { state: 'live', endpoint: 'wss://feed.example', simulated: true, products: ['BTC-USD'], marks: [mark] };
  await done('putFeed', { params: { source: 'test' }, body: feed });
  const trades = [trade(1, at(0)), trade(2, at(0), { id: 'named' })];
  await done('postTrades', { body: { trades } });
  await done('postTrades', { body: { trades } });
  await world.advance(minutes(10));
  await done('postTrades', { body: { trades: [trade(3, at(minutes(9)))] } });
  for (const operation of ['listTrades', 'listCandles', 'getAverage', 'listGaps'])
    await done(operation, { params, query: {} });
  for (const operation of ['getProduct', 'getLatest', 'archiveProduct']) await done(operation, { params });
  await done('listProducts', { query: {} });
  await done('listFeeds');
  await world.advance(hours(26));
  await done('postTrades', { body: { trades: [trade(4, at(hours(26)))] } });
  await done('putProduct', { params, body: { priceIncrement: '0.001', sizeIncrement: '0.01' } });
  await world.advance(minutes(5));
  await stop();
}

test('functions use every right that they are granted, each half of those that hold two, and nothing else', async () => {
  const calls: PortCall[] = [];
  await everything((call) => calls.push(call));
  expect(judgeUsage(pricing, calls)).toEqual({ unused: [], undeclared: [] });
});
