import { httpIntake } from '@portolan/binance';
import { startCoinbaseFeed } from '@portolan/coinbase';
import { startExchangeSimulator } from '@portolan/coinbase/simulator';
import { problemTypes } from '@portolan/http';
import { problem, problemKinds, type PortError } from '@portolan/kernel';
import { simulate, type Simulation } from '@portolan/kernel/testing';
import { pricingService, type TradeIntake } from '@portolan/pricing';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../testing/client.ts';
import { pricingIntake } from './pricing-intake.ts';

const open = new AsyncDisposableStack();
afterAll(() => open.disposeAsync());

describe('a product that has become finer than its exchange', () => {
  let pricing: Simulation;
  let intake: TradeIntake;
  beforeEach(async () => {
    pricing = await simulate(pricingService());
    open.defer(() => pricing.stop());
    intake = pricingIntake(pricing);
  });
  const id = 'BTC-USD';
  const sizeIncrement = '0.00000001';
  const refine = () => pricing.call('putProduct', { params: { id }, body: { priceIncrement: '0.001', sizeIncrement } });

  test('stays as it is when the exchange is asked again', async () => {
    await intake.addProduct({ id, priceIncrement: '0.01', sizeIncrement });
    expect(await refine()).toMatchObject({ kind: 'ok' });
    await intake.addProduct({ id, priceIncrement: '0.01', sizeIncrement });
    expect(await pricing.call('getProduct', { params: { id } })).toMatchObject({ body: { priceIncrement: '0.001' } });
  });

  test('is followed at the next start as at the first', async () => {
    const exchange = await startExchangeSimulator();
    open.defer(() => exchange.stop());
    const endpoints = { websocket: exchange.websocketUrl, rest: exchange.restUrl };
    const follow = async (): Promise<object> => {
      const feed = startCoinbaseFeed({ products: [id], intake, endpoints, simulated: true, recentTrades: 0 });
      try {
        return await eventually(
          async () => feed.state(),
          ({ state }) => state !== 'connecting',
        );
      } finally {
        await feed.stop();
      }
    };
    const live = { state: 'live', detail: '' };
    expect(await follow()).toMatchObject(live);
    await refine();
    expect(await follow()).toMatchObject(live);
  });
});

test.each(problemKinds)('"%s" is the same failure in this process as over HTTP', async (kind) => {
  const server = createServer((_request, response) => void response.writeHead(problemTypes[kind].status).end('{}'));
  open.defer(() => server.closeAllConnections());
  open.defer(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const over = httpIntake(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const within = pricingIntake({ call: async () => problem(kind, 'by the test') });
  const failureOf = (one: TradeIntake) => one.gaps('BTC-USD').then(fail, ({ name, code }: PortError) => [name, code]);
  const fail = (): never => {
    throw new Error('it did not fail');
  };
  expect(await failureOf(within)).toEqual(await failureOf(over));
});
