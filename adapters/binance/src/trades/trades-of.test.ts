import { allOf } from '../testing/all-of.ts';
import { gzipped, spotTrades, temporaryFolder, zipped } from '../testing/files.ts';
import { openBinanceFile } from '../file/binance-file.ts';
import { sourceOf, tradesOf, type TradeBatch, type TradesOptions } from './trades-of.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

async function read(
  name: string,
  content: string | Uint8Array,
  options: Partial<TradesOptions> = {},
): Promise<TradeBatch[]> {
  const file = await openBinanceFile(folder.write(name, content));
  return allOf(tradesOf(file, { product: 'BTC-USD', ...options }));
}

test('reads spot trades: price and size as they stand, and the side that the taker took', async () => {
  const text =
    '4359000001,93576.00000000,0.00100000,93.57600000,1735689600010866,True,True\n' +
    '4359000002,93576.10000000,12.00000000,1122913.20,1735689600010867,False,True\n';
  expect(await read('BTCUSDT-trades-2025-01-01.zip', zipped({ 'BTCUSDT-trades-2025-01-01.csv': text }))).toEqual([
    {
      trades: [
        {
          product: 'BTC-USD',
          source: 'binance',
          id: '4359000001',
          time: '2025-01-01T00:00:00.010866Z',
          price: '93576.00000000',
          size: '0.00100000',
          side: 'sell',
        },
        {
          product: 'BTC-USD',
          source: 'binance',
          id: '4359000002',
          time: '2025-01-01T00:00:00.010867Z',
          price: '93576.10000000',
          size: '12.00000000',
          side: 'buy',
        },
      ],
      lines: [1, 2],
      malformed: [],
      voided: 0,
      endLine: 2,
      bytesRead: text.length,
    },
  ]);
});

test('reads aggregated trades: the first id, and how many the ids span', async () => {
  const text =
    '26129,0.01633102,4.70443515,27781,27781,1498793709153,True,True\r\n' +
    '26130,0.01633103,1.00000000,27782,27790,1498793709154,False,True\r\n';
  const [batch] = await read('ETHBTC-aggTrades-2017-06.csv', text, { product: 'ETH-BTC' });
  expect(batch!.trades).toEqual([
    {
      product: 'ETH-BTC',
      source: 'binance-agg',
      id: '27781',
      count: 1,
      time: '2017-06-30T03:35:09.153000Z',
      price: '0.01633102',
      size: '4.70443515',
      side: 'sell',
    },
    {
      product: 'ETH-BTC',
      source: 'binance-agg',
      id: '27782',
      count: 9,
      time: '2017-06-30T03:35:09.154000Z',
      price: '0.01633103',
      size: '1.00000000',
      side: 'buy',
    },
  ]);
});

test('reads both kinds of USD-M futures, under sources of their own', async () => {
  const trades = 'id,price,qty,quote_qty,time,is_buyer_maker\n28457,4.1,12,49.2,1735689600000,true\n';
  const [first] = await read('BTCUSDT-trades-2025-01-02.csv', trades);
  expect(first).toMatchObject({ lines: [2], malformed: [] });
  expect(first!.trades[0]).toMatchObject({
    source: 'binance-usdm',
    id: '28457',
    price: '4.1',
    size: '12',
    side: 'sell',
  });
  const aggregated = '5,4.1,12,28457,28458,1735689600000,false\n';
  const [second] = await read('BTCUSDT-aggTrades-2025-01-02.csv', aggregated);
  expect(second!.trades[0]).toMatchObject({ source: 'binance-usdm-agg', id: '28457', count: 2, side: 'buy' });
});

test('the source may be named', async () => {
  const [batch] = await read('BTCUSDT-trades-2025-01-03.csv', spotTrades(1), { source: 'archive' });
  expect(batch!.trades[0]!.source).toBe('archive');
  expect(sourceOf({ kind: 'trades', market: 'spot' })).toBe('binance');
});

const good = '1,2.0,3.0,6.0,1735689600000000,True,True';
test.each([
  ['a column too few', '1,2.0,3.0,6.0,1735689600000000,True', 'has 6 columns; expected 7'],
  ['a column too many', `${good},1`, 'has 8 columns; expected 7'],
  ['no id', ',2.0,3.0,6.0,1735689600000000,True,True', 'id is ""'],
  ['an id with a zero in front', '01,2.0,3.0,6.0,1735689600000000,True,True', 'id is "01"'],
  ['an exponent', '1,2e-5,3.0,6.0,1735689600000000,True,True', 'price is "2e-5"; expected a plain decimal'],
  ['a negative price', '1,-2.0,3.0,6.0,1735689600000000,True,True', 'price is "-2.0"'],
  ['a quoted size', '1,2.0,"3.0",6.0,1735689600000000,True,True', String.raw`quantity is "\"3.0\""`],
  ['a time in seconds', '1,2.0,3.0,6.0,1735689600,True,True', 'time is "1735689600"'],
  ['another word', '1,2.0,3.0,6.0,1735689600000000,yes,True', 'isBuyerMaker is "yes"; expected True or False'],
  ['an escape sequence', '1,\u001b[31m2,3.0,6.0,1735689600000000,True,True', String.raw`price is "\u001b[31m2"`],
  ['letters beyond ASCII', '1,２,3.0,6.0,1735689600000000,True,True', String.raw`price is "\u00ef\u00bc\u0092"`],
  ['a very long field', `1,${'2'.repeat(500)}x,3.0,6.0,1735689600000000,True,True`, `price is "${'2'.repeat(60)}…"`],
  ['too long a line', `1,${'2'.repeat(2_000)},3.0,6.0,1735689600000000,True,True`, 'longer than 1024 characters'],
])('tells the line that has %s, and reads the others', async (_what, line, reason) => {
  const [batch] = await read('BTCUSDT-trades-2025-01-04.csv', `${good}\n\n${line}\n${good}\n`);
  expect(batch!.lines).toEqual([1, 4]);
  expect(batch!.malformed).toEqual([{ line: 3, reason: expect.stringContaining(reason) }]);
  expect(batch!.endLine).toBe(4);
});

test.each([
  [
    'ends before it begins',
    '1,2.0,3.0,8,7,1735689600000000,True,True',
    'last trade id is "7"; expected an integer from 8',
  ],
  ['has no last id', '1,2.0,3.0,8,,1735689600000000,True,True', 'last trade id is ""'],
  ['has half of the ids of a void one', '1,0,0,-1,7,1735689600000000,True,True', 'first trade id is "-1"'],
])('tells an aggregated trade that %s', async (_what, line, reason) => {
  const [batch] = await read('BTCUSDT-aggTrades-2025-01-04.csv', `${line}\n`);
  expect(batch).toMatchObject({ trades: [], malformed: [{ line: 1, reason: expect.stringContaining(reason) }] });
});

test('leaves out and counts the aggregated trades that Binance made void', async () => {
  const text = '1,0,0,-1,-1,1735689600000,True,True\n2,2.0,3.0,8,8,1735689600000,True,True\n';
  const [batch] = await read('BTCUSDT-aggTrades-2022-03-01.csv', text);
  expect(batch).toMatchObject({ lines: [2], malformed: [], voided: 1, endLine: 2 });
});

test('goes on from a line, with the numbers that the lines have', async () => {
  const batches = await read('BTCUSDT-trades-2025-01-05.csv', spotTrades(12_000), { fromLine: 11_999 });
  expect(batches.map(({ lines }) => lines)).toEqual([[11_999, 12_000]]);
  expect(batches[0]!.trades.map(({ id }) => id)).toEqual(['11999', '12000']);
});

test('batches have 5,000 trades', async () => {
  const batches = await read('BTCUSDT-trades-2025-01-06.csv', spotTrades(12_000));
  expect(batches.map(({ trades, endLine }) => [trades.length, endLine])).toEqual([
    [5_000, 5_000],
    [5_000, 10_000],
    [2_000, 12_000],
  ]);
});

test('refuses klines', async () => {
  const row = '1735689600000000,1,1,1,1,1,1735689659999999,1,1,1,1,0\n';
  await expect(read('BTCUSDT-1m-2025-01.csv', row)).rejects.toThrow('holds klines and no trades');
});

test.each(['csv', 'csv.gz', 'zip'])('reads no further than it is asked to: %s', async (ending) => {
  const csv = spotTrades(100_000);
  const content = ending === 'csv' ? csv : ending === 'zip' ? zipped({ 'a.csv': csv }) : gzipped(csv);
  const file = await openBinanceFile(folder.write(`BTCUSDT-trades-2025-01-07.${ending}`, content));
  const batches = tradesOf(file, { product: 'BTC-USD' });
  for (let asked = 1; asked <= 3; asked++) {
    await batches.next();
    // Time enough for a reader that does not wait for its consumer.
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    const batchBytes = (file.sizeBytes / 100_000) * 5_000;
    expect(file.bytesRead()).toBeLessThan(asked * batchBytes + 4 * 65_536);
  }
  await batches.return(undefined);
});
