import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aggTradesCsv, klinesCsv, tradesCsv } from './testing/binance-files.ts';
import { drawsFrom } from './testing/draws.ts';
import { HeldTrades } from './testing/held-trades.ts';
import {
  startPlatformProcess,
  startProgram,
  temporaryFolder,
  type Exit,
  type PlatformProcess,
} from './testing/platform-process.ts';
import { listCandles, listFeeds, listGaps, listTrades } from './testing/prices.ts';
import { drawTrades } from './testing/trade-story.ts';
import { zipOf } from './testing/zip.ts';

const open = new AsyncDisposableStack();
const folder = open.use(temporaryFolder());
let platform: PlatformProcess;
beforeAll(async () => {
  platform = open.use(await startPlatformProcess(folder.path, { PORTOLAN_COINBASE_URL: 'off' }));
}, 30_000);
afterAll(() => open.disposeAsync());

/** `npm run pricing:import --`, without npm, which is slow to start. */
const script = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  }
).scripts['pricing:import']!.split(' ');

function runImport(...args: readonly string[]): Promise<Exit> {
  expect([script[0], script.at(-1)]).toEqual(['node', 'apps/local/src/import.ts']);
  return startProgram('import.ts', {
    flags: script.slice(1, -1),
    environment: { PORTOLAN_DATA: folder.path },
    args: ['--url', platform.url, ...args],
  }).exit;
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

const startAt = Date.UTC(2025, 0, 1, 11, 50);
const draws = drawsFrom(1);
const whole = drawTrades(
  { product: 'BTCUSDT', source: 'binance', trades: 6_500, startAt, aggregatePercent: 0, gapPercent: 0 },
  draws,
);
const lacking = drawTrades(
  { product: 'ETHUSDT', source: 'binance-agg', trades: 1_500, startAt, aggregatePercent: 30, gapPercent: 2 },
  draws,
);
const files = {
  trades: file('BTCUSDT-trades-2025-01-01.zip', zipOf('BTCUSDT-trades-2025-01-01.csv', tradesCsv(whole))),
  aggTrades: file('ETHUSDT-aggTrades-2025-01-01.csv', aggTradesCsv(lacking)),
  klines: file('BTCUSDT-1m-2025-01-01.zip', zipOf('BTCUSDT-1m-2025-01-01.csv', klinesCsv(whole))),
  aggKlines: file('ETHUSDT-1m-2025-01-01.csv', klinesCsv(lacking)),
};

test('a platform without a feed says so, and reports none', async () => {
  expect(platform.stdout()).toContain('Price feed      no feed; only what is handed in\n');
  expect(await listFeeds(platform.url)).toEqual([]);
}, 30_000);

const imports = [files.trades, files.aggTrades, '--compare', files.klines, '--compare', files.aggKlines];
const held = new Map([whole, lacking].map((trades) => [trades[0]!.product, new HeldTrades(trades, 2)]));

/** What the comparison of a file with its product is to come to. */
function comparison(name: string, product: string): string {
  const candles = held.get(product)!.candles('minute');
  const incomplete = candles.filter(({ complete }) => !complete).length;
  return `${name}: ${candles.length} candles equal, 0 differ, 0 without trades
  ${incomplete} candles are not provably complete: trades may be missing
`;
}

const compared =
  comparison('BTCUSDT-1m-2025-01-01.zip', 'BTCUSDT') + comparison('ETHUSDT-1m-2025-01-01.csv', 'ETHUSDT');

test('files are imported whole, their candles are those of the exchange, and what they lack is told', async () => {
  const { code, stdout } = await runImport(...imports);
  expect(stdout).toBe(`file                              lines  accepted  duplicate  rejected  void
BTCUSDT-trades-2025-01-01.zip     6,500     6,500          0         0     0
ETHUSDT-aggTrades-2025-01-01.csv  1,500     1,500          0         0     0
all                                         8,000          0         0     0
${compared}`);
  expect(code).toBe(0);
  for (const [product, own] of held) {
    expect(await listTrades(platform.url, product)).toEqual(own.trades);
    expect(await listGaps(platform.url, product)).toEqual(own.gaps());
    const query = 'interval=1h&from=2025-01-01T00:00:00Z&to=2025-01-02T00:00:00Z';
    expect(await listCandles(platform.url, product, query)).toEqual(own.candles('hour'));
  }
  expect(held.get('BTCUSDT')!.gaps()).toEqual([]);
  expect(held.get('ETHUSDT')!.gaps().length).toBeGreaterThan(5);
}, 30_000);

test('a second import has nothing left to do, and one that begins again finds every trade known', async () => {
  const again = await runImport(...imports);
  expect(again.stdout).toContain('BTCUSDT-trades-2025-01-01.zip     6,500         0          0         0     0\n');
  expect(again.stdout).toContain('BTCUSDT-trades-2025-01-01.zip: lines up to 6,500 were imported before\n');
  const anew = await runImport(...imports, '--restart');
  expect(anew.stdout).toContain(`BTCUSDT-trades-2025-01-01.zip     6,500         0      6,500         0     0
ETHUSDT-aggTrades-2025-01-01.csv  1,500         0      1,500         0     0
all                                             0      8,000         0     0
${compared}`);
  expect([again.code, anew.code]).toEqual([0, 0]);
  for (const [product, own] of held) expect(await listTrades(platform.url, product)).toEqual(own.trades);
}, 30_000);

test('rows that are no trades are told by their lines, and candles that differ by field; both end with 1', async () => {
  const [first, second, ...rows] = tradesCsv(whole.slice(0, 10)).split('\n');
  const bad = file('XRPUSDT-trades-2025-01-01.csv', [first, second!.replace(/,\d+\./, ',-1.'), ...rows].join('\n'));
  const other = klinesCsv(whole).replace(/^(\d+),(\d+)\./, '$1,1$2.');
  const wrong = file('BTCUSDT-1m-2025-01-02.csv', other);
  const [rejected, differing] = await Promise.all([runImport(bad), runImport('--compare', wrong)]);
  expect(rejected.stdout).toContain('XRPUSDT-trades-2025-01-01.csv     10         9          0         1     0\n');
  expect(rejected.stdout).toMatch(/\nRejected:\n {2}XRPUSDT-trades-2025-01-01\.csv:2: price is "-1\./);
  expect(differing.stdout).toMatch(/1 differ, 0 without trades\n.*\n {2}2025-01-01T11:50:00\.000000Z open: expected 1/);
  expect([rejected.code, differing.code]).toEqual([1, 1]);
}, 30_000);

test('what cannot be used is told in a sentence, and nothing of it is imported', async () => {
  const notZip = file('BTCUSDT-trades-2025-01-03.zip', 'This is no zip file. '.repeat(10));
  const cut = file('BTCUSDT-trades-2025-01-04.zip', zipOf('a.csv', tradesCsv(whole)).subarray(0, 5_000));
  const cases: readonly (readonly [args: readonly string[], code: number, told: RegExp])[] = [
    [[files.trades, notZip], 2, /^BTCUSDT-trades-2025-01-03\.zip\b.*\n$/],
    [[files.trades, join(folder.path, 'BTCUSDT-trades-2025-01-05.zip')], 2, /BTCUSDT-trades-2025-01-05\.zip.*\n$/],
    [[cut], 2, /BTCUSDT-trades-2025-01-04\.zip cannot be read: .*\n$/],
    [[files.klines], 2, /^BTCUSDT-1m-2025-01-01\.zip holds klines; compare with it by --compare\nSee --help\.\n$/],
    [['--url', 'ws://127.0.0.1:9', files.trades], 2, /ws:\/\/127\.0\.0\.1:9.*\n$/],
  ];
  const exits = await Promise.all(cases.map(([args]) => runImport(...args)));
  exits.forEach(({ code, stdout, stderr }, at) => {
    const [args, expected, told] = cases[at]!;
    expect({ args, code, stdout }).toEqual({ args, code: expected, stdout: '' });
    expect(stderr).toMatch(told);
  });
}, 60_000);
