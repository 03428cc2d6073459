import { scaleOf } from './product.ts';
import { readTrade } from './read-trade.ts';

const scale = scaleOf({ priceIncrement: '0.05', sizeIncrement: '0.001' });
const read = (reported: unknown) => readTrade(reported, (id) => (id === 'BTC-USD' ? scale : undefined));

const good = {
  product: 'BTC-USD',
  id: '123',
  time: '2026-01-01T00:00:00.5Z',
  price: '50000.10',
  size: '0.25',
  side: 'buy',
  source: 'coinbase',
};

test('reads a trade into units', () => {
  expect(read(good)).toEqual({
    kind: 'trade',
    product: 'BTC-USD',
    trade: {
      source: 'coinbase',
      id: '123',
      sequence: 123,
      time: 1_767_225_600_500_000,
      price: 5_000_010,
      size: 250,
      side: 'buy',
      count: 1,
    },
  });
});

test('takes an aggregate, and ids of any kind', () => {
  expect(read({ ...good, count: 3 })).toMatchObject({ trade: { sequence: 123, count: 3 } });
  expect(read({ ...good, id: 'a_B.c:9-', count: 1 })).toMatchObject({ trade: { sequence: undefined, count: 1 } });
  expect(read({ ...good, count: undefined })).toMatchObject({ kind: 'trade' });
});

const long = 'x'.repeat(65);
test.each([
  ['product', 'ETH-USD', /product is "ETH-USD"; expected the id of a product/],
  ['product', undefined, /product is absent/],
  ['source', '', /source is ""; expected 1 to 40/],
  ['source', 'Coinbase', /expected 1 to 40 of a-z/],
  ['source', 'x'.repeat(41), /expected 1 to 40/],
  ['source', 'a/b', /expected 1 to 40/],
  ['id', 1.5, /id is 1.5; expected text/],
  ['id', '', /id is ""/],
  ['id', long, /id is "x{40}…"; expected text of 1 to 64/],
  ['id', 'a b', /expected text of 1 to 64/],
  ['id', 'a"b', /id is "a\\"b"/],
  ['id', 'é', /expected text of 1 to 64/],
  ['side', 'BUY', /side is "BUY"; expected "buy" or "sell"/],
  ['time', '2026-02-30T00:00:00Z', /time is "2026-02-30T00:00:00Z"; expected ISO 8601/],
  ['time', 1_767_225_600_000, /expected ISO 8601/],
  ['price', 50_000, /price is 50000; expected a decimal as text/],
  ['price', '1e3', /price is "1e3"; expected a plain decimal/],
  ['price', '0', /price is "0"; expected more than 0/],
  ['price', '50000.12', /price is "50000.12"; expected a multiple of the increment 0.05/],
  ['price', '50000.125', /expected at most 2 decimals/],
  ['price', '99999999999999.95', /expected at most 90071992547409.91/],
  ['size', '0.000', /expected more than 0/],
  ['size', '0.0001', /expected at most 3 decimals/],
  ['size', null, /size is null; expected a decimal as text/],
  ['count', 0, /count is 0; expected an integer from 1 to 10000/],
  ['count', 10_001, /expected an integer from 1 to 10000/],
  ['count', 1.5, /expected an integer/],
  ['count', '2', /count is "2"; expected an integer/],
  ['count', {}, /count is an object; expected an integer/],
])('refuses %s %p', (field, value, reason) => {
  const reading = read({ ...good, [field]: value });
  expect(reading).toEqual({ kind: 'rejected', field, reason: expect.stringMatching(reason) });
});

test('refuses a field that a trade does not have', () => {
  expect(read({ ...good, colour: 'red' })).toEqual({
    kind: 'rejected',
    field: 'colour',
    reason: 'colour is "red"; expected no such field',
  });
});

test('an aggregate needs sequential ids, all below 2^53', () => {
  expect(read({ ...good, id: 'x-1', count: 2 })).toMatchObject({
    field: 'count',
    reason: expect.stringMatching(/not sequential/),
  });
  expect(read({ ...good, id: '9007199254740990', count: 2 })).toMatchObject({ kind: 'trade' });
  expect(read({ ...good, id: '9007199254740990', count: 3 })).toMatchObject({
    field: 'count',
    reason: expect.stringMatching(/below 2\^53/),
  });
});

test.each([undefined, null, 'text', 7, [good], [[]], () => good])('refuses %p, which is no object', (reported) => {
  expect(read(reported)).toEqual({ kind: 'rejected', reason: expect.stringMatching(/must be an object, not/) });
});
