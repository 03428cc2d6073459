import type { Faults } from '@portolan/kernel/testing';
import { at, startMarket, trade } from './testing/pricing-simulation.ts';

// A page of a table may be shorter than it was asked for, and another may follow.
const params = { id: 'BTC-USD' };

/** A market of two hours, seen as it runs and when all has closed. */
async function seen(faults: Faults) {
  const pricing = await startMarket({ faults });
  for (const source of ['a', 'b']) {
    const mark = { product: 'BTC-USD', lastId: '99', time: at(0) };
    const feed = { state: 'live', endpoint: 'x', simulated: true, products: ['BTC-USD'], marks: [mark] };
    await pricing.ask('putFeed', { params: { source }, body: feed });
  }
  const look = async () => ({
    feeds: await pricing.ask('listFeeds'),
    product: await pricing.ask('getProduct', { params }),
    gaps: await pricing.ask('listGaps', { params, query: {} }),
    trades: await pricing.trades(),
    candles: await pricing.candles({ interval: '1h', from: at(-7_200) }),
  });
  const minutes = Array.from({ length: 120 }, (_, n) => n);
  await pricing.post(minutes.map((n) => trade(2 * n, at((n - 119) * 60), { source: 'a' })));
  const running = await look();
  await pricing.world.advance(300_000);
  const closed = await look();
  const objects = await pricing.archived();
  await pricing.stop();
  return { running, closed, objects };
}

test('what is seen and archived is the same, however short the pages of tables are', async () => {
  const whole = await seen({});
  expect(whole.objects.size).toBeGreaterThan(120);
  expect(await seen({ shorten: 1 })).toEqual(whole);
}, 30_000);
