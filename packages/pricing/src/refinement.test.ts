import { at, startMarket, trade, type PricingSimulation } from './testing/pricing-simulation.ts';

const params = { id: 'BTC-USD' };

let pricing: PricingSimulation;
beforeEach(async () => {
  pricing = await startMarket();
});
afterEach(() => pricing.stop());

const put = (priceIncrement: string, sizeIncrement: string) =>
  pricing.call('putProduct', { params, body: { priceIncrement, sizeIncrement } });
const tooFine = { kind: 'problem', problem: 'conflict', detail: expect.stringContaining('2^53') as string };

test('however much of it is traded, increments become as fine as the largest trade allows', async () => {
  await pricing.post(Array.from({ length: 20 }, (_, n) => trade(n + 1, at(n), { size: '1000000' })));
  expect(await put('0.01', '0.0000000001')).toMatchObject(tooFine);
  expect(await put('0.01', '0.000000001')).toMatchObject({ kind: 'ok' });
  await pricing.world.advance(180_000);
  expect(await pricing.candles({ from: at(0) })).toMatchObject([{ volume: '20000000', count: 20 }]);
});

test('one price that would be more than 2^53 units is enough to refuse an increment, whichever batch it came in', async () => {
  await pricing.post([trade(1, at(0), { price: '1' })]);
  await pricing.post([trade(2, at(0), { price: '10000000' }), trade(3, at(0), { price: '2' })]);
  await pricing.post([trade(4, at(0), { price: '1' })]);
  expect(await put('0.0000000001', '0.00000001')).toMatchObject(tooFine);
  expect(await put('0.000000001', '0.00000001')).toMatchObject({ kind: 'problem' });
  expect(await put('0.00000001', '0.00000001')).toMatchObject({ kind: 'ok' });
  expect((await pricing.trades()).map(({ price }) => price)).toEqual(['1', '10000000', '2', '1']);
});

test('a refinement beside large trades leaves every trade that is accepted readable', async () => {
  const posts = Array.from({ length: 4 }, (_, n) => pricing.post([trade(n, at(n), { size: `${10 ** (n + 4)}` })]));
  const [refined, ...answers] = await Promise.allSettled([put('0.01', '0.0000000001'), ...posts]);
  expect(refined.status).toBe('fulfilled');
  const sizes = (await pricing.trades()).map(({ size }) => size);
  const taken = answers.flatMap((one, n) =>
    one.status === 'fulfilled' && one.value[0]!.status === 'accepted' ? [`${10 ** (n + 4)}`] : [],
  );
  expect(sizes).toEqual(taken);
});
