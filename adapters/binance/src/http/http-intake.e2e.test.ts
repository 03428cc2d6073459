import type { ReportedTrade } from '@portolan/pricing';
import { httpServices } from '../testing/http-service.ts';
import { pricingDomains } from '../testing/pricing-service.ts';
import { httpIntake } from './http-intake.ts';

const { serve, close } = httpServices();
const domains = pricingDomains();
afterEach(async () => {
  await close();
  await domains.stop();
});
const trade: ReportedTrade = {
  product: 'BTC-USD',
  id: '1',
  time: '2025-01-01T00:00:00.000000Z',
  price: '2.50',
  size: '1',
  side: 'buy',
  source: 'binance',
};
const failure = (code: string, message: string) =>
  expect.objectContaining({ name: 'PortError', code, message: expect.stringContaining(message) });

test('hands in trades and gives their results', async () => {
  const results = [
    { status: 'accepted' },
    { status: 'duplicate' },
    { status: 'rejected', reason: 'no', field: 'price' },
  ];
  const { url, asked } = await serve(() => ({ status: 200, json: { results } }));
  const intake = httpIntake(`${url}/`, { headers: { authorization: 'Bearer x' } });
  expect(await intake.accept([trade, trade, trade])).toEqual(results);
  expect(asked).toEqual([
    {
      method: 'POST',
      path: '/pricing/v1/trades',
      headers: expect.objectContaining({ 'content-type': 'application/json', authorization: 'Bearer x' }),
      body: { trades: [trade, trade, trade] },
    },
  ]);
});

test('makes products known, reports feeds and reads gaps', async () => {
  const gaps = [{ source: 'binance', first: '2', last: '4', missing: 3, after: 'a', before: 'b' }];
  const { url, asked } = await serve(({ path }) => ({ status: 200, json: path.includes('/gaps?') ? { gaps } : {} }));
  const intake = httpIntake(`${url}/below`);
  await intake.addProduct({ id: 'BTC/USD', priceIncrement: '0.01', sizeIncrement: '1' });
  const feed = { state: 'live', endpoint: 'x', simulated: false, products: [], marks: [] } as const;
  await intake.report('binance', feed);
  expect(await intake.gaps('BTC-USD', 'binance')).toEqual(gaps);
  expect(asked.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
    {
      method: 'PUT',
      path: '/below/pricing/v1/products/BTC%2FUSD',
      body: { priceIncrement: '0.01', sizeIncrement: '1' },
    },
    { method: 'PUT', path: '/below/pricing/v1/feeds/binance', body: feed },
    { method: 'GET', path: '/below/pricing/v1/products/BTC-USD/gaps?order=newest&source=binance', body: undefined },
  ]);
});

test('a product gets increments at least as fine as asked, and keeps finer ones', async () => {
  const domain = await domains.start();
  const { url } = await serve(domain);
  const intake = httpIntake(url);
  const add = async (priceIncrement: string, sizeIncrement: string) => {
    await intake.addProduct({ id: 'P', priceIncrement, sizeIncrement });
    const asked = { method: 'GET', path: '/pricing/v1/products/P', headers: {}, body: undefined };
    const { json } = (await domain(asked)) as { readonly json: Record<string, unknown> };
    return [json['priceIncrement'], json['sizeIncrement']];
  };
  expect(await add('0.001', '0.1')).toEqual(['0.001', '0.1']);
  expect(await add('0.01', '0.1')).toEqual(['0.001', '0.1']);
  expect(await add('0.01', '0.25')).toEqual(['0.001', '0.05']);
  await expect(add('0.01', '0')).rejects.toThrow(failure('invalid', 'PUT /products/P was answered with 400'));
});

test('increments that are too fine for what was traded are refused for good, and stay', async () => {
  const { url } = await serve(await domains.start());
  const intake = httpIntake(url);
  await intake.addProduct({ id: 'BTC-USD', priceIncrement: '0.1', sizeIncrement: '1' });
  expect(await intake.accept([{ ...trade, size: '10000000000' }])).toEqual([{ status: 'accepted' }]);
  const adding = intake.addProduct({ id: 'BTC-USD', priceIncrement: '0.1', sizeIncrement: '0.0000001' });
  await expect(adding).rejects.toThrow(failure('invalid', 'BTC-USD would have increments 0.1 (price) and 0.0000001'));
  await expect(adding).rejects.toMatchObject({ retryable: false });
  expect(await intake.accept([{ ...trade, id: '2', size: '0.1' }])).toMatchObject([{ status: 'rejected' }]);
});

test.each([
  [400, 'invalid', false],
  [401, 'unauthorized', false],
  [403, 'unauthorized', false],
  [404, 'not-found', false],
  [405, 'invalid', false],
  [409, 'invalid', false],
  [413, 'too-large', false],
  [429, 'throttled', true],
  [500, 'internal', false],
  [502, 'unavailable', true],
  [503, 'unavailable', true],
  [504, 'timeout', true],
])('a problem with status %d is %s', async (status, code, retryable) => {
  const { url } = await serve(() => ({ status, json: { title: 'Title', detail: 'what happened' } }));
  const accepting = httpIntake(url).accept([trade]);
  await expect(accepting).rejects.toThrow(failure(code, `POST /trades was answered with ${status}: what happened`));
  await expect(accepting).rejects.toMatchObject({ retryable });
});

test.each([
  ['is no JSON', '<p>hello</p>', 'something else than JSON'],
  ['has no results', '{}', 'expected a list of results'],
  ['has too few', '{"results":[]}', 'expected 1 results'],
  ['has results of another sort', '{"results":[{"status":"maybe"}]}', 'expected a result for each trade'],
  ['has rejections without reason', '{"results":[{"status":"rejected"}]}', 'expected a result for each trade'],
])('an answer that %s is corrupted', async (_what, body, message) => {
  const { url } = await serve(() => (response) => void response.writeHead(200).end(body));
  await expect(httpIntake(url).accept([trade])).rejects.toThrow(failure('corrupted', message));
});

test('a page of a proxy is no detail', async () => {
  const { url } = await serve(() => (response) => void response.writeHead(503).end('<html>secret</html>'));
  await expect(httpIntake(url).accept([trade])).rejects.toThrow(/answered with 503$/);
});

test('reads no more of an answer than allowed', async () => {
  let sent = 0;
  const { url } = await serve(() => (response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 32))) sent += 65_536;
    };
    response.on('drain', more);
    more();
  });
  const accepting = httpIntake(url, { maxAnswerBytes: 200_000 }).accept([trade]);
  await expect(accepting).rejects.toThrow(failure('too-large', 'more than 200000 bytes'));
  expect(sent).toBeLessThan(2 ** 26);
});

test('does not wait longer than allowed, neither for an answer nor for its end', async () => {
  const { url } = await serve(({ method }) => (response) => {
    if (method === 'POST') response.writeHead(200).write('{');
  });
  const intake = httpIntake(url, { timeoutMs: 50 });
  await expect(intake.accept([trade])).rejects.toThrow(failure('timeout', 'within 50 ms'));
  await expect(intake.gaps('P')).rejects.toThrow(failure('timeout', 'GET /products/P/gaps'));
});

test('a connection that is refused or lost, and a redirect, are unavailable', async () => {
  const { url } = await serve(({ method }) => (response) => {
    if (method === 'GET') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    else response.destroy();
  });
  await expect(httpIntake(url).accept([trade])).rejects.toThrow(failure('unavailable', 'did not get through'));
  await expect(httpIntake(url).gaps('P')).rejects.toThrow(failure('unavailable', 'did not get through'));
  await expect(httpIntake('http://127.0.0.1:1').accept([trade])).rejects.toThrow(
    failure('unavailable', 'POST /trades'),
  );
});

test.each(['localhost:4400', 'ftp://x', '', 'http://user:secret@host'])('refuses %p as a URL', (url) => {
  expect(() => httpIntake(url)).toThrow(failure('invalid', 'URL'));
  expect(() => httpIntake(url)).toThrow(/^(?!.*secret)/);
});
