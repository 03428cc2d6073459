import { openBinanceFile } from '../file/binance-file.ts';
import { allOf } from '../testing/all-of.ts';
import { spotTrades, temporaryFolder } from '../testing/files.ts';
import { klinesOf } from './klines-of.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const read = async (text: string, name = 'BTCUSDT-1h-2025-01.csv') =>
  allOf(klinesOf(await openBinanceFile(folder.write(name, text))));

const row =
  '1735689600000000,4.15070000,4.15870000,4.15060000,4.15540000,539.23000000,1735693199999999,2240.39860900,13,401.82000000,1669.98121300,0';

test('reads each column that counts, in microseconds and in milliseconds', async () => {
  const kline = {
    start: '2025-01-01T00:00:00.000000Z',
    open: '4.15070000',
    high: '4.15870000',
    low: '4.15060000',
    close: '4.15540000',
    volume: '539.23000000',
    quoteVolume: '2240.39860900',
    count: 13,
  };
  expect(await read(`${row}\n`)).toEqual([kline]);
  const old = row.replace('1735689600000000', '1577836800000');
  expect(await read(old)).toEqual([{ ...kline, start: '2020-01-01T00:00:00.000000Z' }]);
});

test('leaves out the header that files of futures have', async () => {
  const header =
    'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
  expect(await read(`${header}\r\n${row}\r\n`)).toHaveLength(1);
});

test.each([
  ['12 columns', `${row},1`, 'has 13 columns; expected 12'],
  ['a time', row.replace('1735689600000000', '1735689600'), 'open time is "1735689600"'],
  ['plain decimals', row.replace('4.15870000', '4.1e1'), 'high is "4.1e1"; expected a plain decimal'],
  ['a count', row.replace(',13,', ',13.5,'), 'count is "13.5"'],
])('fails with the line that lacks %s', async (_what, line, reason) => {
  await expect(read(`${row}\n${line}\n`)).rejects.toThrow(
    expect.objectContaining({
      code: 'corrupted',
      message: expect.stringContaining(`BTCUSDT-1h-2025-01.csv line 2: ${reason}`),
    }),
  );
});

test('refuses trades', async () => {
  await expect(read(spotTrades(1), 'BTCUSDT-trades-2025-01-01.csv')).rejects.toThrow('holds trades and no klines');
});
