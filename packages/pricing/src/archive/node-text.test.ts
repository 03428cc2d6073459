import { scaleOf } from '../product.ts';
import { summarize } from '../summary.ts';
import { buildTrade } from '../testing/build-trade.ts';
import { decodeNode, encodeNode, type Child } from './node-text.ts';

const scale = scaleOf({ priceIncrement: '0.01', sizeIncrement: '0.001' });
const time = Date.UTC(2026, 0, 1) * 1_000;

const children: readonly Child[] = [
  {
    interval: '2026-01-01T00:00',
    summary: summarize([
      buildTrade({ id: '7', time, price: 10_000, size: 2_000, count: 2 }),
      buildTrade({ id: 'x', time: time + 5, price: 10_025, size: 1_500 }),
    ])!,
  },
  {
    interval: '2026-01-01T00:02',
    summary: summarize([
      buildTrade({ id: '9', time: time + 120e6, price: 1, size: 1 }),
      buildTrade({ source: '10', id: '1', time: time + 121e6, price: 2, size: 1 }),
    ])!,
  },
];

const stored = {
  interval: '2026-01-01T00:00 2026-01-01T00:02',
  first: 'coinbase/7 coinbase/9',
  firstTime: '1767225600000000 1767225720000000',
  last: 'coinbase/x 10/1',
  lastTime: '1767225600000005 1767225721000000',
  open: '100 0.01',
  high: '100.25 0.02',
  low: '100 0.01',
  close: '100.25 0.02',
  volume: '3.5 0.002',
  notional: '350.375 0.00003',
  priceSum: '300.25 0.03',
  count: '3 2',
  unnumbered: '1 0',
  ids: { '10': '- 1/1/1', coinbase: '7/8/2 9/9/1' },
};

test('the intervals inside one are written by field, and read back', () => {
  const text = encodeNode('BTC-USD', '2026-01-01T00', children, scale);
  const node = JSON.parse(text) as { readonly children: unknown };
  expect(node).toMatchObject({ product: 'BTC-USD', interval: '2026-01-01T00' });
  expect(node).toMatchObject({ total: { open: '100', close: '0.02', volume: '3.502', average: '60.056', count: 5 } });
  expect(node.children).toEqual(stored);
  expect(decodeNode(text, scale)).toEqual(children);
});

test('what is written means the same when increments have become finer', () => {
  const text = encodeNode('BTC-USD', '2026-01-01T00', children, scale);
  const fine = scaleOf({ priceIncrement: '0.0001', sizeIncrement: '0.001' });
  const read = decodeNode(text, fine);
  expect(read[0]!.summary).toMatchObject({ open: 1_000_000, volume: 3_500, notional: 3_503_750_000 });
  const again = JSON.parse(encodeNode('BTC-USD', '2026-01-01T00', read, fine)) as { readonly children: unknown };
  expect(again.children).toEqual(stored);
});

test.each<[string, object, string]>([
  ['a price that is finer than the increments', { open: '100.001 0.01' }, '"100.001" as open'],
  ['a field that is no text', { high: [100, 1] }, 'high'],
  ['an absent field', { low: undefined }, 'low'],
  ['fewer values than intervals', { close: '100' }, '1 values of close for 2 intervals'],
  ['more values than intervals', { count: '3 2 1' }, '3 values of count for 2 intervals'],
  ['a sum with an exponent', { notional: '1e3 1' }, '"1e3" as notional'],
  ['a count that is no integer', { count: '1.5 2' }, '"1.5" as count'],
  ['a negative number of trades without number', { unnumbered: '-1 0' }, '"-1" as unnumbered'],
  ['an instant that is none', { firstTime: 'soon later' }, '"soon" as firstTime'],
  ['a trade without source', { last: 'x 10/1' }, '"x" as last'],
  ['no ids', { ids: undefined }, 'ids'],
  ['a span of ids without an end', { ids: { coinbase: '7/2 -' } }, '"7/2" as coinbase'],
  ['a span of ids with more to it', { ids: { coinbase: '7/8/2/1 -' } }, '"7/8/2/1" as coinbase'],
  ['a span of ids that holds more than it can', { ids: { coinbase: '1/2/3 -' } }, '"1/2/3" as coinbase'],
  ['a span of ids that holds none', { ids: { coinbase: '1/2/0 -' } }, '"1/2/0" as coinbase'],
])('refuses %s', (_, change, words) => {
  const text = JSON.stringify({ children: { ...stored, ...change } });
  const corrupted = { code: 'corrupted', message: expect.stringContaining(words) };
  expect(() => decodeNode(text, scale)).toThrow(expect.objectContaining(corrupted));
});

test.each(['', 'null', '{}', '{"children":null}', '{"children":[]}'])('refuses the text "%s"', (text) => {
  expect(() => decodeNode(text, scale)).toThrow(expect.objectContaining({ code: 'corrupted' }));
});
