import { continueTrace, minutes, noDeadline, type Context, type Port } from '@portolan/kernel';
import type { ReportedTrade } from './intake.ts';
import { defaultSettings } from './settings.ts';
import { plainGzip } from './archive/archive-object.ts';
import { at, noon, startMarket, textOf, trade, type PricingSimulation } from './testing/pricing-simulation.ts';
import { acceptGrants, acceptTrades } from './use-cases/accept-trades.ts';
import { archiveGrants, archiveProduct } from './use-cases/archive-product.ts';

let pricing: PricingSimulation;
beforeEach(async () => {
  pricing = await startMarket({ start: noon + minutes(30) });
});
afterEach(() => pricing.stop());

/** What a function with these grants is called with, by hand. */
const openAll = ({ world }: PricingSimulation, grants: Readonly<Record<string, { readonly port: Port }>>) =>
  Object.fromEntries(Object.entries(grants).map(([name, { port }]) => [name, world.open(port)]));
const contextIn = ({ world: { environment } }: PricingSimulation): Context => ({
  ...environment,
  deadline: noDeadline,
  trace: continueTrace(undefined, environment.random),
});

/** One who archives by hand, and stands still before it notes sums for the first time until it is let go. */
function slowArchiver(pricing: PricingSimulation) {
  const reached = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const contract = pricing.world.open(archiveGrants.summaries.port);
  const slow = {
    ...openAll(pricing, archiveGrants),
    summaries: {
      query: contract.query.bind(contract),
      getMany: contract.getMany.bind(contract),
      async writeMany(...args: Parameters<typeof contract.writeMany>) {
        reached.resolve();
        await go.promise;
        return contract.writeMany(...args);
      },
    },
  };
  const done = archiveProduct('BTC-USD', slow as never, contextIn(pricing), defaultSettings, plainGzip);
  return { reached: reached.promise, go: () => go.resolve(), done };
}

test.each([
  ['before the hour around it was written', minutes(12)],
  ['after the hour around it was written', minutes(90)],
])('who was overtaken while it archived, %s, takes nothing back', async (_case, aheadMs) => {
  await pricing.post([trade(1, at(1)), trade(9, at(600))]);
  const archiver = slowArchiver(pricing);
  await archiver.reached;
  await pricing.post([trade(2, at(30))]);
  // Its lease passes; another one archives the minute anew.
  await pricing.world.advance(aheadMs);
  expect(await textOf(pricing, 'minutes/BTC-USD/2026/01/31/12/00.jsonl.gz')).toContain('"id":"2"');
  archiver.go();
  await archiver.done;
  await pricing.world.advance(minutes(120));
  const hour = JSON.parse(await textOf(pricing, 'hours/BTC-USD/2026/01/31/12.json.gz')) as object;
  expect(hour).toMatchObject({ total: { count: 3 }, children: { count: '2 1' } });
  expect(await pricing.candles({ interval: '1h', from: at(0), to: at(3_600) })).toMatchObject([{ count: 3 }]);
});

test('who archives goes on with what has closed meanwhile, as whoever asked for it was turned away', async () => {
  await pricing.post([trade(1, at(1)), trade(9, at(600))]);
  const archiver = slowArchiver(pricing);
  await archiver.reached;
  await pricing.post([trade(10, at(605)), trade(11, at(1_200))]);
  await pricing.ask('archiveProduct', { params: { id: 'BTC-USD' } });
  await pricing.world.settle();
  const keys = async () => [...(await pricing.archived()).keys()];
  expect(await keys()).toEqual(['minutes/BTC-USD/2026/01/31/12/00.jsonl.gz']);
  archiver.go();
  await archiver.done;
  expect(await keys()).toEqual(['00', '10'].map((minute) => `minutes/BTC-USD/2026/01/31/12/${minute}.jsonl.gz`));
});

/** One who hands in a trade by hand, stands still before it is stored until it is let go, and ends as it is. */
function endingSender(pricing: PricingSimulation, sent: ReportedTrade) {
  const reached = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const contract = pricing.world.open(acceptGrants.trades.port);
  const ending = {
    ...openAll(pricing, acceptGrants),
    trades: {
      async writeMany(...args: Parameters<typeof contract.writeMany>) {
        reached.resolve();
        await go.promise;
        await contract.writeMany(...args);
        throw new Error('the process ended');
      },
    },
  };
  const done = acceptTrades([sent], ending as never, contextIn(pricing), defaultSettings);
  return { reached: reached.promise, go: () => go.resolve(), done };
}

// So a batch that brings nothing new marks its minutes all the same: nothing else tells that the archive lacks a row.
test('a trade that was stored as its mark had gone, by whoever ended then, is archived once it is handed in again', async () => {
  await pricing.post([trade(1, at(1))]);
  await pricing.world.advance(minutes(3));
  const late = trade(2, at(30));
  const sender = endingSender(pricing, late);
  await sender.reached;
  await pricing.world.advance(minutes(3));
  sender.go();
  await expect(sender.done).rejects.toThrow('the process ended');
  await pricing.world.advance(minutes(3));
  const minute = () => textOf(pricing, 'minutes/BTC-USD/2026/01/31/12/00.jsonl.gz');
  expect(await minute()).not.toContain('"id":"2"');
  expect(await pricing.post([late])).toEqual([{ status: 'duplicate' }]);
  await pricing.world.advance(minutes(3));
  expect(await minute()).toContain('"id":"2"');
});
