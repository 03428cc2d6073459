import { allOf } from '../testing/all-of.ts';
import { httpServices } from '../testing/http-service.ts';
import { httpCandles } from './http-candles.ts';

const { serve, close } = httpServices();
afterEach(close);
const query = {
  product: 'BTC-USD',
  interval: '1m',
  from: '2025-01-01T00:00:00.000000Z',
  to: '2025-01-02T00:00:00.000000Z',
};
const candle = (minute: number) => ({
  start: `2025-01-01T00:0${minute}:00.000000Z`,
  open: '1',
  high: '2',
  low: '0.5',
  close: null,
  volume: '10',
  vwap: '1.25',
  average: '1',
  count: 3,
  complete: true,
});

test('reads page after page', async () => {
  const { url, asked } = await serve(({ path }) => {
    const cursor = new URL(path, 'http://x').searchParams.get('cursor');
    if (cursor === null) return { status: 200, json: { candles: [candle(0), candle(1)], cursor: 'a&b' } };
    return { status: 200, json: { candles: cursor === 'a&b' ? [candle(2)] : [] } };
  });
  const candles = await allOf(httpCandles(url, { pageSize: 2 })(query));
  expect(candles).toEqual([candle(0), candle(1), candle(2)]);
  const first =
    '/pricing/v1/products/BTC-USD/candles?from=2025-01-01T00%3A00%3A00.000000Z&to=2025-01-02T00%3A00%3A00.000000Z&interval=1m&fill=omit&limit=2';
  expect(asked.map(({ path }) => path)).toEqual([first, `${first}&cursor=a%26b`]);
});

test('asks for a page only when it is consumed', async () => {
  const { url, asked } = await serve(() => ({ status: 200, json: { candles: [candle(1)], cursor: 'next' } }));
  for await (const one of httpCandles(url)(query)) {
    expect(one).toEqual(candle(1));
    break;
  }
  expect(asked).toHaveLength(1);
});

test('repeats a page that may succeed later, and no other', async () => {
  const statuses = [503, 429, 200];
  const { url } = await serve(() => ({ status: statuses.shift()!, json: { candles: [candle(0)] } }));
  const reader = httpCandles(url, { wait: async () => {} });
  expect(await allOf(reader(query))).toEqual([candle(0)]);
  const { url: other, asked } = await serve(() => ({ status: 404, json: { detail: 'no such product' } }));
  await expect(allOf(httpCandles(other)(query))).rejects.toThrow(
    expect.objectContaining({ code: 'not-found', message: expect.stringContaining('no such product') }),
  );
  expect(asked).toHaveLength(1);
});

test('is not led round in circles', async () => {
  const { url, asked } = await serve(() => ({ status: 200, json: { candles: [], cursor: 'same' } }));
  await expect(allOf(httpCandles(url)(query))).rejects.toThrow(expect.objectContaining({ code: 'corrupted' }));
  expect(asked).toHaveLength(2);
});

test.each([
  [{ candles: [{ ...candle(0), open: 1 }] }],
  [{ candles: [{ ...candle(0), count: '3' }] }],
  [{ candles: [null] }],
  [{ candles: [], cursor: 5 }],
  [[]],
])('an answer of another shape is corrupted: %j', async (json) => {
  const { url } = await serve(() => ({ status: 200, json }));
  await expect(allOf(httpCandles(url)(query))).rejects.toThrow(expect.objectContaining({ code: 'corrupted' }));
});
