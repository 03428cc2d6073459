import { VirtualAlarm } from '@portolan/node/testing';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { startCoinbaseFeed } from '../index.ts';
import { startExchangeSimulator } from '../simulator/index.ts';
import { eventually, quickExchange } from '../testing/exchange-run.ts';
import { exchangeRuns } from '../testing/exchange-runs.ts';
import { MemoryIntake } from '../testing/memory-intake.ts';
import { pass } from '../testing/virtual-time.ts';

const { start, endLater, end } = exchangeRuns();
afterEach(end);

describe('a feed', () => {
  test('makes its products known, has recent trades at once, and follows all of them', async () => {
    const products = ['BTC-USD', 'ETH-USD', 'SOL-USD'];
    const run = await start({ products, recentTrades: 1_500 });
    await run.until(() => products.every((product) => run.intake.held(product).length > 1_500));
    expect(Object.fromEntries(run.intake.products)).toEqual({
      'BTC-USD': { priceIncrement: '0.01', sizeIncrement: '0.00000001' },
      'ETH-USD': { priceIncrement: '0.01', sizeIncrement: '0.00000001' },
      'SOL-USD': { priceIncrement: '0.01', sizeIncrement: '0.001' },
    });
    await run.complete();
    expect(run.feed.state().received).toMatchObject({ skipped: 0, behind: 0, disordered: 0, malformed: 0 });
  });

  test('hands a trade on before any more time passes, and does not wait for others', async () => {
    const run = await start();
    await run.moreTrades();
    const { tape } = run.exchange;
    const batches = run.intake.batches.length;
    for (let round = 0; round < 20; round++) {
      const [next] = tape.newer('BTC-USD', Infinity, run.newest(), 1);
      // The exchange looks at its tape every two milliseconds at the most.
      await pass(run.alarm, tape.wallTime(next!.micros) + 2 - run.alarm.clock.now());
      // Time stands still meanwhile.
      await eventually(() => Number(run.intake.held('BTC-USD').at(-1)!.id) >= next!.id);
    }
    const handedOver = run.intake.batches.slice(batches);
    expect(handedOver.length).toBeGreaterThanOrEqual(20);
    expect(Math.min(...handedOver)).toBe(1);
  });

  test('reports how it stands, and what the exchange says of its last trades', async () => {
    const run = await start();
    await run.until(() => (run.intake.reports.at(-1)?.feed.marks.length ?? 0) > 0);
    await run.feed.stop();
    const states = run.intake.reports.map(({ feed }) => feed.state);
    expect([...new Set(states)]).toEqual(['connecting', 'live', 'waiting']);
    const { source, feed } = run.intake.reports.at(-1)!;
    expect([source, feed]).toEqual([
      'coinbase',
      {
        state: 'waiting',
        detail: 'stopped',
        endpoint: run.exchange.websocketUrl,
        simulated: true,
        products: ['BTC-USD'],
        marks: [{ product: 'BTC-USD', lastId: expect.any(String), time: expect.any(String) }],
      },
    ]);
    for (const { feed } of run.intake.reports) {
      for (const { lastId, time } of feed.marks) {
        const [last] = run.exchange.tape.older('BTC-USD', Date.parse(time) * 1_000, Infinity, 1);
        expect(lastId).toBe(String(last!.id));
      }
    }
  });
});

describe('every trade arrives, and no gap is left,', () => {
  test('when connections break off and are turned away', async () => {
    const run = await start();
    for (let round = 0; round < 3; round++) {
      await run.moreTrades();
      run.exchange.faults.refuseConnections(round);
      expect(run.exchange.faults.dropConnections()).toBe(1);
      await run.until(() => run.exchange.counts.connections === round + 2);
    }
    await run.complete();
    expect(run.exchange.counts.connections).toBe(4);
    // Those that were turned away count as tries.
    expect(run.feed.state().received.connections).toBe(4 + 0 + 1 + 2);
  });

  test('when matches are left out, repeated, sent backwards and broken', async () => {
    const run = await start();
    await run.moreTrades();
    const { faults } = run.exchange;
    faults.skip(4);
    await run.moreTrades();
    faults.repeat(3);
    await run.moreTrades(6);
    faults.reorder(4);
    await run.moreTrades(8);
    faults.garble(3);
    faults.malformed();
    faults.malformed('[]');
    await run.moreTrades(6);
    await run.complete();
    const { received } = run.feed.state();
    expect(received.behind).toBeGreaterThanOrEqual(6);
    expect(received.malformed).toBe(5);
    expect(received.connections).toBe(1);
    expect(run.lines.filter((line) => line.includes('malformed'))).toHaveLength(3);
  });

  test('when the last ones were left out, and none follows to tell', async () => {
    const run = await start({}, { tradesPerSecond: 8 });
    await run.until(() => run.intake.held('BTC-USD').length > 20);
    // Only heartbeats are left.
    run.exchange.faults.skip(1_000);
    const next = run.newest() + 3;
    await run.until(() => Number(run.intake.held('BTC-USD').at(-1)!.id) >= next);
    expect(run.feed.state().history.fetched).toBeGreaterThan(20);
  });

  test('when the exchange falls silent', async () => {
    const run = await start();
    await run.moreTrades();
    run.exchange.faults.silence();
    await run.until(() => run.lines.includes('the feed waits: no heartbeat of BTC-USD for 400 ms'));
    await run.complete();
    expect(run.feed.state().received.connections).toBe(2);
  });

  test('when the history asks for a slower pace, and fails', async () => {
    const run = await start();
    await run.moreTrades();
    run.exchange.faults.throttle(1, 1);
    run.exchange.faults.failRest(2, 503);
    run.exchange.faults.skip(3);
    const { requests } = run.exchange.counts;
    await run.until(() => run.exchange.counts.requests === requests + 1);
    const throttledAt = run.alarm.clock.now();
    await run.until(() => run.exchange.counts.requests > requests + 1);
    // What Retry-After asked for, less the step of time in which the answer came.
    expect(run.alarm.clock.now() - throttledAt).toBeGreaterThan(990);
    await run.complete();
    expect(run.feed.state().history.failures).toBe(3);
  });

  test('when the intake is slower than the stream', async () => {
    const run = await start({ bufferTrades: 10 });
    await run.moreTrades();
    run.intake.hold();
    await run.until(() => run.feed.state().state === 'waiting');
    expect(run.feed.state()).toMatchObject({ buffered: 10, detail: expect.stringContaining('more slowly') });
    // There is no use in connecting before it has drained.
    const { connections } = run.exchange.counts;
    const newest = run.newest() + 20;
    await run.until(() => run.newest() > newest);
    expect(run.exchange.counts.connections).toBe(connections);
    run.intake.release();
    await run.complete();
  });

  test('when the intake throttles, fails and leaves open what became of a batch', async () => {
    const run = await start();
    await run.moreTrades();
    run.intake.fail('throttled', 'unavailable', 'timeout', 'timeout', 'internal');
    await run.until(() => run.feed.state().handedOver.retries >= 5);
    await run.complete();
    const details = run.intake.reports.map(({ feed }) => feed.detail);
    expect(details).toContain('the intake fails: PortError: by the test');
    expect(details.at(-1)).toBeUndefined();
  });

  test('when the intake lost some of them long ago', async () => {
    const run = await start();
    await run.moreTrades();
    const [first] = run.intake.held('BTC-USD');
    run.intake.forget('BTC-USD', Number(first!.id) + 2, Number(first!.id) + 11);
    expect(await run.intake.gaps('BTC-USD')).toMatchObject([{ missing: 10 }]);
    await run.complete();
  });

  test('when feed and exchange were both away for a while', async () => {
    const before = await start();
    await before.moreTrades(10);
    await before[Symbol.asyncDispose]();
    const last = Number(before.intake.held('BTC-USD').at(-1)!.id);
    await before.until(() => before.newest() > last + 40);

    // The same exchange again, on another port; and a feed that remembers nothing.
    const after = await start({ recentTrades: 5 }, {}, before);
    await after.complete();
    expect(after.feed.state().history.fetched).toBeGreaterThanOrEqual(40);
  });
});

test('leaves as a gap what went by before the newest so many trades, and reports it', async () => {
  const before = await start();
  await before.moreTrades(10);
  await before[Symbol.asyncDispose]();
  const last = Number(before.intake.held('BTC-USD').at(-1)!.id);
  await before.until(() => before.newest() > last + 60);

  const after = await start({ recentTrades: 5, backfillTrades: 20 }, {}, before);
  const left = /^missing trades older than the newest 20 of their product stay gaps: (\d+)$/;
  const told = (): number => Number(left.exec(after.intake.reports.at(-1)?.feed.detail ?? '')?.[1]);
  await after.moreTrades(10);
  await after.until(async () => (await after.intake.gaps('BTC-USD'))[0]?.missing === told());
  expect(await after.intake.gaps('BTC-USD')).toMatchObject([{ first: String(last + 1), missing: told() }]);
  expect(told()).toBeGreaterThan(0);
  expect(after.feed.state()).toMatchObject({ state: 'live', missing: 0, leftOut: told() });
});

test('fetches recent trades only so far back as the intake has none', async () => {
  const before = await start({ recentTrades: 2_500 });
  await before.until(() => before.intake.held('BTC-USD').length > 2_500);
  await before[Symbol.asyncDispose]();
  const after = await start({ recentTrades: 2_500 }, {}, before);
  await after.moreTrades();
  await after.until(() => after.feed.state().missing === 0);
  await after.complete();
  expect([before.feed, after.feed].map((feed) => feed.state().history.pages)).toEqual([3, expect.any(Number)]);
  expect(after.feed.state().history.pages).toBeLessThan(3);
});

test('gives up a connection that is never answered, by its own clock, and tries again', async () => {
  const alarm = new VirtualAlarm();
  const exchange = await startExchangeSimulator({ ...quickExchange, alarm });
  endLater({ [Symbol.asyncDispose]: () => exchange.stop() });
  const sockets: Socket[] = [];
  const mute = createServer((socket) => sockets.push(socket.resume())).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const websocket = `ws://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const endpoints = { websocket, rest: exchange.restUrl };
  const run = await start({ endpoints }, {}, { alarm, intake: new MemoryIntake() });
  // Closed once the feed has ended its connections.
  endLater(mute);
  await run.until(() => run.lines.includes('the feed waits: no progress while connecting for 400 ms'));
  await run.until(() => sockets.length === 2 && sockets[0]!.closed);
});

test('waits for an exchange that is not there yet', async () => {
  const exchange = await startExchangeSimulator(quickExchange);
  const endpoints = { websocket: exchange.websocketUrl, rest: exchange.restUrl };
  await exchange.stop();
  const run = await start({ endpoints });
  await run.until(() => run.lines.some((line) => line.startsWith('the feed waits: PortError: /products/BTC-USD')));
  const { alarm } = run;
  const late = await startExchangeSimulator({ ...quickExchange, alarm, port: Number(new URL(exchange.restUrl).port) });
  endLater({ [Symbol.asyncDispose]: () => late.stop() });
  await run.until(() => run.feed.state().state === 'live');
});

test('keeps within the pace that the exchange allows', async () => {
  const run = await start(
    { products: ['BTC-USD', 'ETH-USD', 'SOL-USD'], recentTrades: 3_000, requestsPerSecond: 9 },
    { restLimit: { perSecond: 10, burst: 3 } },
  );
  await run.until(() => run.feed.state().history.pages === 9);
  expect(run.exchange.counts.throttled).toBe(0);
  expect(run.exchange.counts.requests).toBe(12);
});

test('hands over what waits when it is stopped, and is then quiet', async () => {
  const run = await start();
  await run.moreTrades();
  run.intake.hold();
  await run.until(() => run.feed.state().buffered >= 3);
  const stopped = run.feed.stop();
  run.intake.release();
  await stopped;
  expect(run.feed.state()).toMatchObject({ state: 'waiting', detail: 'stopped', buffered: 0 });
  const held = run.intake.held('BTC-USD').length;
  expect(await run.intake.gaps('BTC-USD')).toEqual([]);
  const newest = run.newest() + 5;
  await run.until(() => run.newest() > newest);
  expect(run.intake.held('BTC-USD')).toHaveLength(held);
});

test.each([
  [{ products: [] }, 'products: expected one at least'],
  [{ products: ['btc-usd'] }, 'products: expected names such as BTC-USD, not "btc-usd"'],
  [{ products: ['BTC-USD', 'BTC-USD'] }, 'products: one is named twice'],
  [{ backfillTrades: 0 }, 'backfillTrades: expected a number from 1 on, not 0'],
  [{ bufferTrades: 0 }, 'bufferTrades: expected a number from 1 on, not 0'],
  [{ endpoints: { websocket: 'http://x', rest: 'http://x' } }, 'endpoints.websocket: expected an absolute URL'],
  [{ endpoints: { websocket: 'ws://x', rest: 'x' } }, 'endpoints.rest: expected an absolute URL'],
])('refuses %j', (wrong, problem) => {
  const endpoints = { websocket: 'ws://127.0.0.1:1', rest: 'http://127.0.0.1:1' };
  expect(() => startCoinbaseFeed({ products: ['BTC-USD'], intake: new MemoryIntake(), endpoints, ...wrong })).toThrow(
    problem,
  );
});
