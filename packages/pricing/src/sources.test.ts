import { addProduct, startPricing, trade, type PricingSimulation } from './testing/pricing-simulation.ts';
import { maxSources } from './admission.ts';
import { tickers } from './ports.ts';

const start = Date.UTC(2026, 0, 31, 12, 0, 0);
const at = (second: number): string => new Date(start + second * 1_000).toISOString();

let pricing: PricingSimulation;
beforeEach(async () => {
  pricing = await startPricing({ start });
  await addProduct(pricing);
});
afterEach(() => pricing.stop());

const from = (source: number, id = 1) => trade(id, at(0), { source: `s${source}` });
const many = Array.from({ length: maxSources }, (_, n) => n);

test('a product has at most 32 sources: more are refused, and nothing of them is stored', async () => {
  const batch = [...many.map((n) => from(n)), from(32), from(0, 2), from(32)];
  const refused = { status: 'rejected', field: 'source', reason: expect.stringContaining('32 sources') as string };
  const accepted = { status: 'accepted' };
  expect(await pricing.post(batch)).toEqual([...many.map(() => accepted), refused, accepted, refused]);
  expect(await pricing.post([from(33), from(3, 2), from(3)])).toEqual([refused, accepted, { status: 'duplicate' }]);
  expect(new Set((await pricing.trades()).map(({ source }) => source)).size).toBe(32);
  const ticker = await pricing.world.open(tickers).get({ product: 'BTC-USD' });
  expect(Object.keys(ticker!.item.sources)).toHaveLength(32);
});

test('another product has sources of its own', async () => {
  await pricing.post(many.map((n) => from(n)));
  const body = { priceIncrement: '0.01', sizeIncrement: '0.1' };
  await pricing.ask('putProduct', { params: { id: 'ETH-USD' }, body });
  expect(await pricing.post([{ ...from(99), product: 'ETH-USD' }])).toEqual([{ status: 'accepted' }]);
});

test('callers who name sources at the same time share the 32', async () => {
  const answers = await Promise.all(
    [0, 20, 40].map((first) => pricing.post(many.slice(0, 20).map((n) => from(first + n)))),
  );
  expect(answers.flat().filter(({ status }) => status === 'accepted')).toHaveLength(32);
});
