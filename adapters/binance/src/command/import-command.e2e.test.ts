import { httpPricing } from '../http/http-pricing.ts';
import { fileCheckpoints } from '../import/file-checkpoints.ts';
import { allOf } from '../testing/all-of.ts';
import { klinesText } from '../testing/candles.ts';
import { spotTrades, temporaryFolder, zipped } from '../testing/files.ts';
import { httpServices } from '../testing/http-service.ts';
import { pricingDomains } from '../testing/pricing-service.ts';
import { importCommand } from './import-command.ts';

const { serve, close } = httpServices();
afterEach(close);
const domains = pricingDomains();
afterEach(domains.stop);
const folder = temporaryFolder();
afterAll(folder.remove);

test('imports into the pricing domain over HTTP, twice, and finds its candles equal to klines', async () => {
  const rows = 7_000;
  const csv = spotTrades(rows);
  const trades = folder.write('BTCUSDT-trades-2025-01-01.zip', zipped({ 'BTCUSDT-trades-2025-01-01.csv': csv }));
  const klines = folder.write('BTCUSDT-1m-2025-01-01.csv', await klinesText(trades));
  const { url, asked } = await serve(await domains.start());
  let printed = '';
  const run = (args: readonly string[]) => {
    printed = '';
    return importCommand([...args, '--url', url], {
      checkpoints: fileCheckpoints(`${folder.path}/imports`),
      stdout: (text) => (printed += text),
      stderr: (text) => (printed += text),
    });
  };

  expect(await run([trades, '--compare', klines])).toBe(0);
  expect(printed).toMatch(/zip +7,000 +7,000 +0 +0 +0\n.*csv: 12 candles equal, 0 differ, 1 without trades\n/);
  // Nothing can be known of ids before the first and behind the last.
  expect(printed).toMatch(/\n {2}2 candles are not provably complete: trades may be missing\n$/);
  const archived = asked.filter(({ path }) => path.endsWith('/archive')).map(({ path }) => path);
  expect(archived).toEqual(['/pricing/v1/products/BTCUSDT/archive']);

  expect(await run([trades, '--restart', '--compare', klines])).toBe(0);
  expect(printed).toMatch(/zip +7,000 +0 +7,000 +0 +0\n.*csv: 12 candles equal, 0 differ/);

  const { intake, candles } = httpPricing(url);
  expect(await intake.gaps('BTCUSDT')).toEqual([]);
  const query = { product: 'BTCUSDT', interval: '1h', from: '2025-01-01T00:00:00Z', to: '2025-01-01T01:00:00Z' };
  expect(await allOf(candles(query))).toEqual([expect.objectContaining({ count: rows })]);
});

test('finer rows refine the product, and what lacks rows has gaps and other candles', async () => {
  const lines = spotTrades(6_000).split('\n');
  const whole = folder.write('ETHUSDT-trades-2025-01-01.csv', lines.join('\n'));
  const klines = folder.write('ETHUSDT-1m-2025-01-01.csv', await klinesText(whole));
  const [id, , , ...others] = lines[5_500]!.split(',');
  const finer = [id, '93576.12345678', '0.00000001', ...others].join(',');
  const lacking = [...lines.slice(0, 1_000), ...lines.slice(1_003, 5_500), finer].join('\n');
  const trades = folder.write('ETHUSDT-trades-2025-01-02.csv', `${lacking}\n`);
  const { url } = await serve(await domains.start());
  let printed = '';
  const code = await importCommand([trades, '--compare', klines, '--url', url], {
    checkpoints: fileCheckpoints(`${folder.path}/imports`),
    stdout: (text) => (printed += text),
    stderr: (text) => (printed += text),
  });
  expect(code).toBe(1);
  expect(printed).toMatch(/csv +5,498 +5,498 +0 +0 +0/);
  expect(printed).toMatch(/csv: 8 candles equal, 3 differ/);
  expect(printed).toContain('2025-01-01T00:01:00.000000Z count: expected 600, got 597');
  expect(await httpPricing(url).intake.gaps('ETHUSDT')).toEqual([
    expect.objectContaining({ source: 'binance', first: '1001', last: '1003', missing: 3 }),
  ]);
});

test('rows that are too fine for their product are rejected one by one; those that are not so fine still refine it', async () => {
  const lines = spotTrades(6_000).split('\n');
  const rowWith = (line: number, price: string, size: string): void => {
    const [id, , , ...others] = lines[line - 1]!.split(',');
    lines[line - 1] = [id, price, size, ...others].join(',');
  };
  // More places than any product has, among the rows that are looked through before; and then more than its prices leave room for.
  rowWith(10, '93576.1234567890123456789', '1');
  rowWith(5_500, '93576.12345678901234', '0.00000001');
  rowWith(5_501, '93576.123456', '0.5');
  rowWith(5_502, '93576.1', '0.123456789012345678');
  const trades = folder.write('SOLUSDT-trades-2025-01-01.csv', lines.join('\n'));
  const { url, asked } = await serve(await domains.start());
  let printed = '';
  const code = await importCommand([trades, '--url', url], {
    checkpoints: fileCheckpoints(`${folder.path}/imports`),
    stdout: (text) => (printed += text),
    stderr: (text) => (printed += text),
  });
  expect(printed.split('\n')).toEqual([
    'file                           lines  accepted  duplicate  rejected  void',
    'SOLUSDT-trades-2025-01-01.csv  6,000     5,997          0         3     0',
    '',
    'Rejected:',
    expect.stringMatching(/csv:10: price is "93576\.1234567890123456789"; expected /),
    expect.stringMatching(/csv:5500: price is "93576\.12345678901234"; expected /),
    expect.stringMatching(/csv:5502: size is "0\.123456789012345678"; expected /),
    '',
  ]);
  expect(code).toBe(1);
  const puts = asked.filter(({ method }) => method === 'PUT').map(({ body }) => body);
  expect(puts.at(-1)).toEqual({ priceIncrement: '0.000001', sizeIncrement: '0.00000001' });
});
