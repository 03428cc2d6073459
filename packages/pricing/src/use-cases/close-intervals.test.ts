import { minutes } from '@portolan/kernel';
import { nameOf } from '../archive/interval-name.ts';
import { archiveLevels } from '../interval.ts';
import { marks } from '../ports.ts';
import { noon, startMarket } from '../testing/pricing-simulation.ts';

test('an interval that has ended is found behind all those around it that have not, and before many that have not begun', async () => {
  const pricing = await startMarket();
  const around = archiveLevels.map((level) => nameOf(level, noon * 1_000));
  const ahead = Array.from({ length: 200 }, (_, n) => nameOf('minute', (noon + minutes(30 + n)) * 1_000));
  const table = pricing.world.open(marks);
  for (const interval of [...around, ...ahead]) await table.put({ product: 'BTC-USD', interval });
  await pricing.world.advance(minutes(3));
  // Whoever archives lets go of a mark without trades.
  expect(await table.get({ product: 'BTC-USD', interval: around[0]! })).toBeUndefined();
  const { items } = await table.query({ partition: 'BTC-USD', limit: 1_000 });
  expect(items.map(({ item }) => item.interval)).toEqual([...around.slice(1).reverse(), ...ahead]);
  await pricing.stop();
});
