import { once } from 'node:events';
import { WebSocket } from 'ws';
import { eventually } from '../testing/exchange-run.ts';
import { startExchangeSimulator, type ExchangeSimulator, type ExchangeSimulatorOptions } from './exchange-simulator.ts';
import { replayTape } from './replay-tape.ts';

const running: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});

async function start(options: ExchangeSimulatorOptions = {}): Promise<ExchangeSimulator> {
  const exchange = await startExchangeSimulator({ seed: 5, tradesPerSecond: 100, heartbeatMs: 40, ...options });
  running.push(exchange);
  return exchange;
}

type Frame = { readonly type: string } & Readonly<Record<string, unknown>>;

/** A connection, and what came on it. */
async function connect(exchange: ExchangeSimulator) {
  const socket = new WebSocket(exchange.websocketUrl);
  const frames: Frame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame));
  socket.on('error', () => {});
  await once(socket, 'open');
  const of = (type: string) => frames.filter((frame) => frame.type === type);
  return {
    socket,
    frames,
    of,
    send: (message: object | string) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
  };
}

const subscribe = (products: readonly string[], channels: readonly unknown[] = ['matches', 'heartbeat']) => ({
  ...{ type: 'subscribe', product_ids: products, channels },
});

async function get(exchange: ExchangeSimulator, path: string) {
  const answer = await fetch(exchange.restUrl + path);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as never };
}

describe('the stream', () => {
  test('answers a subscription with what is subscribed, the last match, and all that follow without a hole', async () => {
    const exchange = await start();
    const { of, frames, send } = await connect(exchange);
    send(subscribe(['BTC-USD', 'ETH-USD']));
    await eventually(() => of('match').length >= 20);
    expect(frames[0]).toEqual({
      type: 'subscriptions',
      channels: ['matches', 'heartbeat'].map((name) => ({
        name,
        product_ids: ['BTC-USD', 'ETH-USD'],
        account_ids: null,
      })),
    });
    expect(frames.slice(1, 3).map(({ type, product_id: product }) => [type, product])).toEqual([
      ['last_match', 'BTC-USD'],
      ['last_match', 'ETH-USD'],
    ]);
    for (const product of ['BTC-USD', 'ETH-USD']) {
      const told = frames.filter(({ type, product_id: id }) => type.endsWith('match') && id === product);
      const [first] = told as unknown as readonly { readonly trade_id: number }[];
      const made = exchange.tape.newer(product, Infinity, first!.trade_id - 1, told.length);
      expect(told.map(({ trade_id: id, price, size, side }) => ({ id, price, size, side }))).toEqual(
        made.map(({ id, price, size, side }) => ({ id, price, size, side: side === 'buy' ? 'sell' : 'buy' })),
      );
      const sequences = told.map(({ sequence }) => Number(sequence));
      expect(sequences.every((sequence, index) => index === 0 || sequence > sequences[index - 1]!)).toBe(true);
    }
  });

  test('tells the last trade with every heartbeat, each on its beat', async () => {
    const exchange = await start();
    const { of, send } = await connect(exchange);
    send(subscribe(['SOL-USD'], ['heartbeat']));
    await eventually(() => of('heartbeat').length >= 4);
    for (const { last_trade_id: id, time, product_id: product } of of('heartbeat')) {
      const at = Date.parse(String(time));
      expect([product, at % 40]).toEqual(['SOL-USD', 0]);
      expect(exchange.tape.older('SOL-USD', at * 1_000, Infinity, 1)[0]!.id).toBe(id);
    }
    expect(of('match')).toEqual([]);
  });

  test('begins and ends channels of single products', async () => {
    const exchange = await start();
    const { of, frames, send } = await connect(exchange);
    send(subscribe([], [{ name: 'matches', product_ids: ['BTC-USD', 'SOL-USD'] }, 'heartbeat']));
    send({ type: 'unsubscribe', product_ids: ['SOL-USD'], channels: ['matches'] });
    await eventually(() => of('subscriptions').length === 2);
    const channels = (products: readonly string[]) => [{ name: 'matches', product_ids: products, account_ids: null }];
    expect(of('subscriptions').map((frame) => frame['channels'])).toEqual([
      channels(['BTC-USD', 'SOL-USD']),
      channels(['BTC-USD']),
    ]);
    const before = frames.length;
    await eventually(() => frames.length > before + 10);
    expect(frames.slice(before).filter(({ product_id: id }) => id === 'SOL-USD')).toEqual([]);
    send({ type: 'unsubscribe', channels: ['matches'] });
    await eventually(() => of('subscriptions').length === 3);
    expect(of('subscriptions')[2]!['channels']).toEqual([]);
  });

  test('refuses what it does not have, and subscribes the rest', async () => {
    const { of, send } = await connect(await start());
    send(subscribe(['X-USD', 'BTC-USD'], ['matches', 'level3']));
    send('{"type":');
    send({ type: 'order' });
    await eventually(() => of('error').length === 4 && of('match').length > 0);
    expect(of('error').map(({ message, reason }) => [message, reason])).toEqual([
      ['Failed to subscribe', 'X-USD is not a valid product'],
      ['Failed to subscribe', 'level3 is not a valid channel'],
      ['Malformed JSON', expect.any(String)],
      ['Malformed JSON', expect.any(String)],
    ]);
  });

  test('tells a second listener the same from its last match on', async () => {
    const exchange = await start();
    const one = await connect(exchange);
    one.send(subscribe(['BTC-USD'], ['matches']));
    await eventually(() => one.of('match').length > 5);
    const other = await connect(exchange);
    other.send(subscribe(['BTC-USD'], ['matches']));
    await eventually(() => other.of('match').length > 5);
    const ids = (frames: readonly Frame[]) =>
      frames.flatMap(({ trade_id: id }) => (id === undefined ? [] : [Number(id)]));
    const told = ids(other.frames);
    expect(told).toEqual(told.map((_, index) => told[0]! + index));
    expect(ids(one.frames)).toEqual(expect.arrayContaining(told.slice(0, 5)));
  });
});

describe('history', () => {
  test('pages towards older trades by the cursor of the last page, without a hole and without an end before trade 1', async () => {
    const exchange = await start({
      epoch: Math.floor(Date.now() / 1_000 - 5) * 1_000,
      restLimit: { perSecond: 1e3, burst: 1e3 },
    });
    const ids: number[] = [];
    let cursor = '';
    for (let page = 0; page < 100; page++) {
      const { headers, body } = await get(exchange, `/products/BTC-USD/trades?limit=100${cursor}`);
      const listed = (body as { readonly trade_id: number }[]).map(({ trade_id: id }) => id);
      if (listed.length === 0) break;
      expect([headers.get('cb-before'), headers.get('cb-after')]).toEqual([String(listed[0]), String(listed.at(-1))]);
      ids.push(...listed);
      cursor = `&after=${headers.get('cb-after')}`;
    }
    expect(ids.at(-1)).toBe(1);
    expect(ids.length).toBeGreaterThan(200);
    expect(ids).toEqual(ids.map((_, index) => ids[0]! - index));
  });

  test('lists products and the time, writes decimals with eight digits, and knows its limits', async () => {
    const exchange = await start();
    const { body: products } = await get(exchange, '/products');
    expect((products as { readonly id: string }[]).map(({ id }) => id)).toEqual(['BTC-USD', 'ETH-USD', 'SOL-USD']);
    expect((await get(exchange, '/products/SOL-USD')).body).toMatchObject({
      ...{ id: 'SOL-USD', quote_increment: '0.01', base_increment: '0.001', status: 'online' },
    });
    const { body: trades } = await get(exchange, '/products/SOL-USD/trades?limit=5000');
    expect(trades).toHaveLength(1_000);
    expect((trades as { readonly price: string }[])[0]!.price).toMatch(/^\d+\.\d{8}$/);
    const { body: newer } = await get(
      exchange,
      `/products/SOL-USD/trades?before=${(trades as { trade_id: number }[])[5]!.trade_id}`,
    );
    expect((newer as unknown[]).length).toBeGreaterThanOrEqual(5);
    const { body: time } = await get(exchange, '/time');
    expect(Math.abs((time as { epoch: number }).epoch * 1_000 - Date.now())).toBeLessThan(2_000);
    const refused = [
      '/products/X-USD',
      '/products/X-USD/trades',
      '/orders',
      '/products/SOL-USD/trades?after=a',
      '/products/SOL-USD/trades?limit=0',
    ];
    const statuses = await Promise.all(refused.map(async (path) => (await get(exchange, path)).status));
    expect(statuses).toEqual([404, 404, 404, 400, 400]);
    expect((await fetch(exchange.restUrl, { method: 'POST' })).status).toBe(405);
  });

  test('is turned away beyond fifteen requests at once', async () => {
    const exchange = await start();
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await get(exchange, '/time')).status));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(15);
    expect(statuses.filter((status) => status === 429).length).toBe(exchange.counts.throttled);
    expect(exchange.counts.throttled).toBeGreaterThan(0);
  });
});

test('started again with the same seed it goes on, and knows what it would have told meanwhile', async () => {
  const before = await start();
  const { of, send } = await connect(before);
  send(subscribe(['BTC-USD']));
  await eventually(() => of('match').length > 5);
  const told = of('match') as unknown as readonly { readonly trade_id: number; readonly price: string }[];
  await before.stop();
  const after = await start();
  const { body } = await get(after, `/products/BTC-USD/trades?limit=6&after=${told[5]!.trade_id + 1}`);
  const listed = body as readonly { readonly trade_id: number; readonly price: string }[];
  expect(listed.map(({ trade_id: id }) => id)).toEqual(
    told
      .slice(0, 6)
      .map(({ trade_id: id }) => id)
      .reverse(),
  );
  expect(listed.map(({ price }) => Number(price))).toEqual(
    told
      .slice(0, 6)
      .map(({ price }) => Number(price))
      .reverse(),
  );
});

test('plays a list of trades at another speed', async () => {
  const trades = [1, 2, 3, 4].map((id) => ({
    ...{
      product: 'ABC-EUR',
      id: String(id),
      time: `2020-05-05T05:05:0${id}Z`,
      price: `${id}.5`,
      size: '1',
      side: 'buy' as const,
    },
  }));
  const exchange = await start({ tape: replayTape(trades, { startedAt: Date.now(), speed: 20 }) });
  const { frames, of, send } = await connect(exchange);
  send(subscribe(['ABC-EUR'], ['matches']));
  await eventually(() => frames.some(({ trade_id: id }) => id === 4));
  const told = frames.filter(({ type }) => type.endsWith('match'));
  expect(told.map(({ trade_id: id, price, time }) => [id, price, time])).toEqual(
    [1, 2, 3, 4].slice(-told.length).map((id) => [id, `${id}.5`, `2020-05-05T05:05:0${id}.000000Z`]),
  );
  expect(of('match').length).toBeGreaterThanOrEqual(2);
});
