import { decodeLines, encodeLines } from './minute-lines.ts';
import { scaleOf } from './product.ts';
import { buildTrade } from './testing/build-trade.ts';

const scale = scaleOf({ priceIncrement: '0.01', sizeIncrement: '0.001' });
const time = Date.UTC(2026, 0, 1) * 1_000;
const trades = [
  buildTrade({ id: '7', time, price: 5_000_010, size: 250 }),
  buildTrade({ id: '8', time: time + 1, side: 'sell', count: 3 }),
  buildTrade({ id: 'x:1', time: time + 2, source: 'other-1' }),
];
const lines = [
  '{"source":"coinbase","id":"7","time":"2026-01-01T00:00:00.000000Z","price":"50000.1","size":"0.25","side":"buy"}',
  '{"source":"coinbase","id":"8","time":"2026-01-01T00:00:00.000001Z","price":"50000","size":"1","side":"sell","count":3}',
  '{"source":"other-1","id":"x:1","time":"2026-01-01T00:00:00.000002Z","price":"50000","size":"1","side":"buy"}',
];
const text = lines.map((line) => `${line}\n`).join('');

test('trades are lines of JSON in one form', () => {
  expect(encodeLines(trades, scale)).toBe(text);
  expect(decodeLines(text, scale)).toEqual(trades);
  expect(encodeLines([], scale)).toBe('');
  expect(decodeLines('', scale)).toEqual([]);
});

test('increments that became finer read the same trades', () => {
  const fine = scaleOf({ priceIncrement: '0.0001', sizeIncrement: '0.001' });
  const read = decodeLines(text, fine);
  expect(read.map(({ price }) => price)).toEqual(trades.map(({ price }) => price * 100));
  expect(encodeLines(read, fine)).toBe(text);
});

const [first] = lines as [string];
test.each([
  ['text that is cut off', `${first}\n${first.slice(0, 40)}`, 2],
  ['a line without end', first, 1],
  ['an empty line', `${first}\n\n`, 2],
  ['other text', 'nonsense\n', 1],
  ['keys in another order', '{"id":"7","source":"coinbase"}\n', 1],
  ['spaces', `${first.replace(':', ': ')}\n`, 1],
  ['a field more', `${first.replace('}', ',"more":1}')}\n`, 1],
  ['zeros at the end of a price', `${first.replace('50000.1', '50000.10')}\n`, 1],
  ['a price of 0', `${first.replace('50000.1', '0')}\n`, 1],
  ['a price finer than the increments', `${first.replace('50000.1', '50000.001')}\n`, 1],
  ['a time in another form', `${first.replace('.000000Z', 'Z')}\n`, 1],
  ['a time that is none', `${first.replace('01-01', '02-30')}\n`, 1],
  ['another side', `${first.replace('buy', 'hold')}\n`, 1],
  ['a source that is none', `${first.replace('coinbase', 'Coinbase')}\n`, 1],
  ['an id that is none', `${first.replace('"7"', '"7/8"')}\n`, 1],
  ['a count of 1', `${first.replace('}', ',"count":1}')}\n`, 1],
  ['a count that is too large', `${first.replace('}', ',"count":1000001}')}\n`, 1],
  ['a count without sequential id', `${lines[2]!.replace('}', ',"count":2}')}\n`, 1],
  ['a trade twice', `${first}\n${first}\n`, 2],
  ['trades out of order', `${lines[1]}\n${lines[0]}\n`, 2],
])('refuses %s', (_, broken, line) => {
  const corrupted = { code: 'corrupted', message: expect.stringContaining(`line ${line} `) };
  expect(() => decodeLines(broken, scale)).toThrow(expect.objectContaining(corrupted));
  expect(decodeLines(text, scale)).toHaveLength(3);
});
