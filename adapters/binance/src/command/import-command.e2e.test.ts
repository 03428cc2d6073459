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
