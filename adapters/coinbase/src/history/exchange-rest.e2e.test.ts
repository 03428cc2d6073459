import { systemAlarm } from '@portolan/node';
import { VirtualAlarm } from '@portolan/node/testing';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExchangeRest, type ExchangeRestOptions } from './exchange-rest.ts';
import { maxHoldOffMs } from './pace.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers in one way, and a client of it. */
async function client(answer: RequestListener, more: Partial<ExchangeRestOptions> = {}) {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = new AbortController();
  const rest = new ExchangeRest(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    ...{ alarm: systemAlarm(), signal: stop.signal, requestsPerSecond: 1_000, timeoutMs: 2_000, maxBodyBytes: 10_000 },
    ...more,
  });
  return { rest, stop };
}

const json =
  (body: unknown): RequestListener =>
  (_request, response) =>
    void response.end(JSON.stringify(body));
const trade = (id: number) => ({
  ...{ trade_id: id, side: 'sell', size: '0.50000000', price: '84149.24000000', time: '2026-01-01T00:00:00.1Z' },
});

test('asks as the exchange wants to be asked', async () => {
  const asked: unknown[] = [];
  const { rest } = await client((request, response) => {
    asked.push([request.method, request.url, request.headers['user-agent']]);
    response.end('[]');
  });
  await rest.trades('BTC-USD', 500, 1_000);
  expect(asked).toEqual([['GET', '/products/BTC-USD/trades?limit=1000&after=500', 'Portolan/1']]);
});

test('reads a page, and tells what on it is no trade', async () => {
  const { rest } = await client(json([trade(9), { ...trade(8), price: 1 }, trade(7)]));
  expect(await rest.trades('BTC-USD', 10, 3)).toEqual({
    trades: [trade(9), trade(7)],
    oldestId: 7,
    malformed: [expect.stringContaining('price')],
  });
});

test('reads a product, and that there is none', async () => {
  const product = { id: 'BTC-USD', quote_increment: '0.01', base_increment: '0.00000001', status: 'online' };
  const { rest } = await client((request, response) => {
    response.writeHead(request.url === '/products/BTC-USD' ? 200 : 404).end(JSON.stringify({ ...product, more: 1 }));
  });
  expect(await rest.product('BTC-USD')).toEqual(product);
  expect(await rest.product('X-USD')).toBeUndefined();
});

test.each<[string, RequestListener, string, string]>([
  ['a page of what was not asked for', json([trade(12)]), 'corrupted', 'none below 10'],
  ['a page of nothing but rubbish', json([{}]), 'corrupted', 'none below 10'],
  ['another shape', json({ trades: [] }), 'corrupted', 'expected array'],
  ['more entries than a page has', json(new Array(1_001).fill(0)), 'corrupted', '1000'],
  ['no JSON', (_request, response) => void response.end('<html>'), 'corrupted', 'no JSON'],
  [
    'a body without end',
    (_request, response) => void response.end('['.repeat(20_000)),
    'too-large',
    'more than 10000 bytes',
  ],
  ['a slower pace', (_request, response) => void response.writeHead(429).end(), 'throttled', 'status 429'],
  ['a failure', (_request, response) => void response.writeHead(503).end(), 'unavailable', 'status 503'],
  ['a refusal', (_request, response) => void response.writeHead(403).end(), 'unsupported', 'status 403'],
  [
    'a redirect',
    (_request, response) => void response.writeHead(302, { location: '/x' }).end(),
    'unavailable',
    'trades',
  ],
  [
    'a connection cut in the middle',
    (_request, response) => void response.write('[', () => response.destroy()),
    'unavailable',
    'trades',
  ],
])('rejects %s', async (_what, answer, code, message) => {
  const { rest } = await client(answer);
  await expect(rest.trades('BTC-USD', 10, 5)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});

test.each<[string, RequestListener]>([
  ['never comes', () => {}],
  ['never ends', (_request, response) => void response.write('[')],
])('gives up on an answer that %s', async (_what, answer) => {
  const { rest } = await client(answer, { timeoutMs: 50 });
  await expect(rest.trades('BTC-USD', 10, 5)).rejects.toMatchObject({ code: 'timeout' });
});

test('ends what is under way when it is told to stop', async () => {
  const { rest, stop } = await client(() => stop.abort());
  await expect(rest.trades('BTC-USD', 10, 5)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(rest.trades('BTC-USD', 10, 5)).rejects.toMatchObject({ message: 'stopped' });
});

test.each([
  ['2', 2_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ['86400', maxHoldOffMs],
  [undefined, 1_000],
  ['soon', 1_000],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 1_000],
])('asks for nothing for as long as Retry-After says: %s', async (header, waitMs) => {
  const alarm = new VirtualAlarm(Date.UTC(2026, 0, 1));
  let requests = 0;
  const { rest, stop } = await client(
    (_request, response) => {
      requests++;
      response.writeHead(429, header === undefined ? {} : { 'retry-after': header }).end();
    },
    { alarm },
  );
  await expect(rest.trades('BTC-USD', 10, 5)).rejects.toMatchObject({ code: 'throttled' });
  const next = rest.trades('BTC-USD', 10, 5);
  expect(alarm.next - alarm.clock.now()).toBe(waitMs);
  stop.abort();
  await expect(next).rejects.toMatchObject({ message: 'stopped' });
  expect(requests).toBe(1);
});
