import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { allOf } from '../testing/all-of.ts';
import { gzipped, spotTrade, spotTrades, temporaryFolder, zipped } from '../testing/files.ts';
import { openBinanceFile, type BinanceFile } from './binance-file.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const name = 'BTCUSDT-trades-2025-01-01';
const entry = `${name}.csv`;
const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

const linesOf = async (file: BinanceFile): Promise<string[]> =>
  (await allOf(file.rows())).flat().map(({ line, fields }) => `${line}:${fields.join(',')}`);

const csv = spotTrades(2_000);
const expectedLines = csv
  .trimEnd()
  .split('\n')
  .map((text, index) => `${index + 1}:${text}`);

test.each([
  ['plain', entry, csv],
  ['gzip', `${entry}.gz`, gzipped(csv)],
  ['zip', `${name}.zip`, zipped({ [entry]: csv })],
  ['gzip under the name of a zip', 'BTCUSDT-trades-2025-01-02.zip', gzipped(csv)],
])('reads a file that is %s, twice, and tells how far it is', async (_how, fileName, content) => {
  const file = await openBinanceFile(folder.write(fileName, content));
  expect(file).toMatchObject({ name: fileName, kind: 'trades', symbol: 'BTCUSDT', market: 'spot' });
  expect(file.bytesRead()).toBe(0);
  expect(await linesOf(file)).toEqual(expectedLines);
  expect(file.bytesRead()).toBe(file.sizeBytes);
  expect(await linesOf(file)).toEqual(expectedLines);
});

test('leaves out a header, whose line counts', async () => {
  const text = `id,price,qty,quote_qty,time,is_buyer_maker\n1,2,3,6,1735689600000,true\n`;
  const file = await openBinanceFile(folder.write('ETHUSDT-trades-2025-01-01.csv', text));
  expect(file.market).toBe('usd-m');
  expect(await linesOf(file)).toEqual(['2:1,2,3,6,1735689600000,true']);
});

test.each([
  ['BTCUSDT-trades-2025-01-03.csv', '1,2,3,6,1735689600000,true,true\n', 'spot'],
  ['BTCUSDT-trades-2025-01-03.csv', '1,2,3,6,1735689600000,true\n', 'usd-m'],
  ['BTCUSDT-aggTrades-2025-01-03.csv', '1,2,3,7,8,1735689600000,true,true\n', 'spot'],
  ['BTCUSDT-aggTrades-2025-01-03.csv', '1,2,3,7,8,1735689600000,true\n', 'usd-m'],
  [
    'BTCUSDT-aggTrades-2025-01-03.csv',
    'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n',
    'usd-m',
  ],
  [
    'BTCUSDT-1h-2025-01-03.csv',
    'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n',
    'spot',
  ],
])('tells the market of %s by %s', async (fileName, text, market) => {
  expect((await openBinanceFile(folder.write(fileName, text))).market).toBe(market);
});

test.each([
  ['columns of another kind', '1,2,3,7,8,1735689600000,true,true\n'],
  [
    'a header of another kind',
    'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n',
  ],
  ['a header of COIN-M futures', 'id,price,qty,base_qty,time,is_buyer_maker\n'],
  ['a page of a website', '<!doctype html><title>Not found</title>\n'],
  ['bytes', Buffer.from([0, 1, 2, 255, 254])],
])('refuses a file of trades with %s', async (_what, content) => {
  const path = folder.write('BTCUSDT-trades-2025-01-04.csv', content);
  await expect(openBinanceFile(path)).rejects.toThrow(refusal('invalid', 'does not begin as trades do'));
});

test('options stand above the name, and are needed where it tells nothing', async () => {
  const path = folder.write('mine.csv', spotTrades(1));
  await expect(openBinanceFile(path)).rejects.toThrow(refusal('invalid', 'mine.csv does not tell what it holds'));
  expect(await openBinanceFile(path, { kind: 'trades', symbol: 'ETHBTC' })).toMatchObject({ symbol: 'ETHBTC' });
  await expect(openBinanceFile(path, { kind: 'trades', symbol: 'BTCUSD_PERP' })).rejects.toThrow(
    refusal('unsupported', 'COIN-M'),
  );
});

test('the name of the file in a zip counts where the zip was renamed, and may not say something else', async () => {
  const renamed = folder.write('download.zip', zipped({ [entry]: csv }));
  expect(await openBinanceFile(renamed)).toMatchObject({ kind: 'trades', symbol: 'BTCUSDT' });
  const wrong = folder.write('ETHUSDT-trades-2025-01-05.zip', zipped({ [entry]: csv }));
  await expect(openBinanceFile(wrong)).rejects.toThrow(refusal('invalid', `holds ${entry}`));
});

test('refuses candles of an index, whose files are named as klines are', async () => {
  const inside = join(folder.path, 'markPriceKlines');
  mkdirSync(inside);
  const row = `${'1,'.repeat(11)}0\n`;
  const path = folder.write('markPriceKlines/BTCUSDT-1m-2025-01.csv', row);
  await expect(openBinanceFile(path)).rejects.toThrow(refusal('unsupported', 'of an index'));
});

test.each([
  ['two files', { [entry]: csv, 'other.csv': 'x' }, 'holds 2 files'],
  ['no file', {}, 'holds 0 files'],
  ['a file in a folder', { [`data/${entry}`]: csv }, 'expected one CSV file'],
  ['a file of another sort', { 'run.exe': csv }, 'expected one CSV file'],
])('refuses a zip with %s', async (_what, files, message) => {
  const path = folder.write('BTCUSDT-trades-2025-01-06.zip', zipped(files));
  await expect(openBinanceFile(path)).rejects.toThrow(refusal('invalid', message));
});

test('refuses a zip whose file name leaves its folder', async () => {
  const strayed = 'strayed-trades-2025-01-07.csv';
  const path = folder.write('BTCUSDT-trades-2025-01-07.zip', zipped({ [`../${strayed}`]: csv }));
  await expect(openBinanceFile(path)).rejects.toThrow(refusal('corrupted', '../'));
  expect(existsSync(join(folder.path, '..', strayed))).toBe(false);
});

test('refuses a truncated zip when it is opened', async () => {
  const whole = zipped({ [entry]: csv });
  for (const size of [4, 100, whole.length >> 1, whole.length - 1]) {
    const path = folder.write('BTCUSDT-trades-2025-01-08.zip', whole.subarray(0, size));
    await expect(openBinanceFile(path)).rejects.toThrow(refusal('corrupted', 'cannot be read'));
  }
});

test('tells that a zip is damaged inside, by its checksum at the latest', async () => {
  const text = spotTrades(5_000);
  const damaged = zipped({ [entry]: text });
  // Within the packed data, behind what opening reads.
  damaged[damaged.length - 2_000]! ^= 0xff;
  const file = await openBinanceFile(folder.write('BTCUSDT-trades-2025-01-09.zip', damaged));
  await expect(linesOf(file)).rejects.toThrow(refusal('corrupted', 'BTCUSDT-trades-2025-01-09.zip cannot be read'));
});

test('holds data that unpacks well against the checksum', async () => {
  const changed = zipped({ [entry]: csv }, 0);
  const inside = Buffer.from(changed.buffer, changed.byteOffset).indexOf('\n77,') + 1;
  changed[inside] = '8'.charCodeAt(0);
  const file = await openBinanceFile(folder.write('BTCUSDT-trades-2025-01-15.zip', changed));
  await expect(linesOf(file)).rejects.toThrow(refusal('corrupted', 'checksum'));
});

test('tells that a gzip file is cut off', async () => {
  const whole = gzipped(spotTrades(5_000));
  const file = await openBinanceFile(folder.write(`${name}-cut.csv.gz`, whole.subarray(0, -5_000)), {
    kind: 'trades',
    symbol: 'BTCUSDT',
  });
  await expect(linesOf(file)).rejects.toThrow(refusal('corrupted', 'unexpected end of file'));
});

test('refuses what unpacks to too much: a zip when it is opened, gzip on the way', async () => {
  const bomb = `${spotTrade(1)}${'0'.repeat(20_000_000)}\n`;
  const zip = folder.write('BTCUSDT-trades-2025-01-10.zip', zipped({ [entry]: bomb }));
  await expect(openBinanceFile(zip)).rejects.toThrow(refusal('too-large', 'unpacks to 20000'));
  const packed = folder.write('BTCUSDT-trades-2025-01-10.csv.gz', gzipped(bomb));
  const file = await openBinanceFile(packed);
  await expect(linesOf(file)).rejects.toThrow(refusal('too-large', 'unpacks to'));
  const trusted = await openBinanceFile(zip, { maxRatio: 2_000 });
  expect(await linesOf(trusted)).toHaveLength(2);
  await expect(openBinanceFile(zip, { maxRatio: 2_000, maxBytes: 1_000_000 })).rejects.toThrow(
    refusal('too-large', 'at most 1000000'),
  );
});

test('refuses a zip that states too small a size, once it has come to more', async () => {
  const bytes = zipped({ [entry]: csv });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const central = view.getUint32(bytes.length - 6, true);
  view.setUint32(central + 24, 1_000, true);
  const path = folder.write('BTCUSDT-trades-2025-01-11.zip', bytes);
  await expect(openBinanceFile(path)).rejects.toThrow(refusal('corrupted', 'does not fit the stated size'));
});

test.each([
  ['an empty file', '', 'is empty'],
  ['nothing but empty lines', '\n\r\n', 'has no rows'],
  ['a first line beyond all measure', 'x'.repeat(5_000_000), 'line 1 is longer than 1024 characters'],
])('refuses %s', async (_what, text, message) => {
  const path = folder.write('BTCUSDT-trades-2025-01-12.csv', text);
  await expect(openBinanceFile(path)).rejects.toThrow(refusal('invalid', message));
});

test('tells a file that is not there, and a folder', async () => {
  const missing = join(folder.path, 'none.csv');
  await expect(openBinanceFile(missing)).rejects.toThrow(refusal('not-found', 'does not exist'));
  await expect(openBinanceFile(folder.path)).rejects.toThrow(refusal('invalid', 'is not a file'));
});

test('the fingerprint changes with name, size and time, and stays otherwise', async () => {
  const path = folder.write('BTCUSDT-trades-2025-01-13.csv', csv);
  utimesSync(path, 1_000, 1_000.5);
  const before = (await openBinanceFile(path)).fingerprint;
  expect((await openBinanceFile(path)).fingerprint).toBe(before);
  folder.write('BTCUSDT-trades-2025-01-13.csv', csv);
  utimesSync(path, 1_000, 1_001);
  expect((await openBinanceFile(path)).fingerprint).not.toBe(before);
  folder.write('BTCUSDT-trades-2025-01-13.csv', `${csv}\n`);
  utimesSync(path, 1_000, 1_000.5);
  expect((await openBinanceFile(path)).fingerprint).not.toBe(before);
});

test('reading is given up without a trace, and changes nothing', async () => {
  const path = folder.write('BTCUSDT-trades-2025-01-14.zip', zipped({ [entry]: csv }));
  const hash = () => createHash('sha256').update(readFileSync(path)).digest('hex');
  const before = hash();
  const file = await openBinanceFile(path);
  for await (const rows of file.rows({ batchRows: 10 })) {
    expect(rows).toHaveLength(10);
    break;
  }
  expect(hash()).toBe(before);
});
