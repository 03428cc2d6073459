import { PortError } from '@portolan/kernel';
import { openBinanceFile } from '../file/binance-file.ts';
import { klinesText, memoryCandles } from '../testing/candles.ts';
import { spotTrade, spotTrades, temporaryFolder, zipped } from '../testing/files.ts';
import { memoryCheckpoints, memoryIntake, type MemoryIntake } from '../testing/memory-intake.ts';
import { importCommand, type ImportSurroundings } from './import-command.ts';
import type { ProgressBar, ProgressBarOptions } from './progress.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const rows = 6_000;
const trades = folder.write(
  'BTCUSDT-trades-2025-01-01.zip',
  zipped({ 'BTCUSDT-trades-2025-01-01.csv': spotTrades(rows) }),
);

const archived: string[] = [];
beforeEach(() => void archived.splice(0));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  args: readonly string[],
  given: Partial<ImportSurroundings> & { intake?: MemoryIntake } = {},
): Promise<Run> {
  const { intake = memoryIntake(), ...more } = given;
  let [stdout, stderr] = ['', ''];
  const code = await importCommand(args, {
    checkpoints: memoryCheckpoints(),
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    connect: () => ({
      intake,
      candles: memoryCandles(() => intake.trades.values()),
      archive: async (product) => void archived.push(product),
    }),
    ...more,
  });
  return { code, stdout, stderr };
}

test('imports, and prints equal candles', async () => {
  const klines = folder.write('BTCUSDT-1m-2025-01-01.csv', await klinesText(trades));
  const intake = memoryIntake();
  const result = await run([trades, '--compare', klines], { intake });
  expect(result).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      'file                           lines  accepted  duplicate  rejected  void',
      'BTCUSDT-trades-2025-01-01.zip  6,000     6,000          0         0     0',
      'BTCUSDT-1m-2025-01-01.csv: 11 candles equal, 0 differ, 1 without trades',
      '',
    ].join('\n'),
  });
  expect(intake.trades.size).toBe(rows);
  expect(archived).toEqual(['BTCUSDT']);
});

test('prints where candles differ, and fails', async () => {
  const text = (await klinesText(trades)).replace(/^(\d+),([\d.]+),/, '$1,1.5,');
  const klines = folder.write('BTCUSDT-1m-2025-01-02.csv', text);
  const { code, stdout } = await run([trades, '--compare', klines]);
  expect(code).toBe(1);
  expect(stdout).toContain('BTCUSDT-1m-2025-01-02.csv: 10 candles equal, 1 differ, 1 without trades\n');
  expect(stdout).toMatch(/ {2}2025-01-01T00:00:00\.000000Z open: expected 1\.5, got 93\d+\.\d+\n/);
});

test('compares alone, another product and another interval when told to', async () => {
  const intake = memoryIntake();
  await run([trades, '--product', 'BTC-USD'], { intake });
  const klines = folder.write('BTCUSDT-3m-2025-01-03.csv', await klinesText(trades));
  const refused = await run(['--compare', klines, '--product', 'BTC-USD'], { intake });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('is of interval 3m') });
  const { code, stdout } = await run(['--compare', klines, '--product', 'BTC-USD', '--interval', '1m'], { intake });
  expect(archived).toEqual(['BTC-USD']);
  expect(stdout).toBe('BTCUSDT-3m-2025-01-03.csv: 11 candles equal, 0 differ, 1 without trades\n');
  expect(code).toBe(0);
});

test('lists rejected lines without what could steer a terminal, and fails', async () => {
  const path = folder.write(
    'BTCUSDT-trades-2025-01-02.csv',
    `${spotTrade(1)}1,\u001b[2Jx,1,1,1735689600000000,True,True\n`,
  );
  const intake = memoryIntake();
  const steering = {
    ...intake,
    accept: async () => [{ status: 'rejected' as const, reason: 'no\u0007\u001b[31m\nthing' }],
  };
  const { code, stdout } = await run([path], { intake: steering });
  expect(code).toBe(1);
  // eslint-disable-next-line no-control-regex -- what the test is about
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(stdout).toContain('Rejected:\n  BTCUSDT-trades-2025-01-02.csv:1: no  [31m thing\n');
  expect(stdout).toContain(String.raw`:2: price is "\u001b[2Jx"; expected a plain decimal`);
});

test('sums up several files', async () => {
  const second = folder.write('BTCUSDT-trades-2025-01-03.csv', spotTrades(1_500, rows - 500));
  const { stdout } = await run([trades, second]);
  expect(stdout.split('\n')).toEqual([
    'file                           lines  accepted  duplicate  rejected  void',
    'BTCUSDT-trades-2025-01-01.zip  6,000     6,000          0         0     0',
    'BTCUSDT-trades-2025-01-03.csv  1,500       999        501         0     0',
    'all                                      6,999        501         0     0',
    '',
  ]);
});

test.each([
  [['--nonsense', 'a.zip'], "Unknown option '--nonsense'"],
  [['missing-trades.zip'], 'does not exist'],
  [[trades, trades.replace('.zip', '')], 'does not exist'],
  [['--compare', trades], 'holds trades; --compare takes klines'],
  [[trades, '--url', 'nowhere'], 'is no URL'],
])('ends with 2 and does nothing for %j', async (args, message) => {
  const intake = memoryIntake();
  const connect = args.includes('--url') ? undefined : { intake };
  const result = await run(args, connect === undefined ? { connect: undefined } : connect);
  expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  expect(intake.calls()).toBe(0);
});

test('klines among the files, and futures without a product, are mistakes', async () => {
  const klines = folder.write('BTCUSDT-1m-2025-01-04.csv', await klinesText(trades));
  expect(await run([klines])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('compare with it by --compare'),
  });
  const futures = folder.write('BTCUSDT-trades-2025-01-05.csv', '1,2,3,6,1735689600000,true\n');
  expect(await run([futures])).toMatchObject({ code: 2, stderr: expect.stringContaining('name it by --product') });
  expect(await run([futures, '--product', 'BTC-PERP'])).toMatchObject({ code: 0 });
});

test('prints the help', async () => {
  expect(await run(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('npm run pricing:import') });
});

test('a failure ends with 1, and the same command goes on from there', async () => {
  const checkpoints = memoryCheckpoints();
  const known = memoryIntake();
  let calls = 0;
  const failing: MemoryIntake = {
    ...known,
    async accept(batch) {
      if (calls++ === 1) throw new PortError('internal', 'out of order');
      return known.accept(batch);
    },
  };
  const first = await run([trades], { intake: failing, checkpoints });
  expect(first).toMatchObject({ code: 1, stdout: '' });
  expect(first.stderr).toMatch(/lines 5001 to 6000: out of order\nStopped; the same command goes on/);
  const second = await run([trades], { intake: known, checkpoints });
  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('lines up to 5,000 were imported before') });
  expect(known.trades.size).toBe(rows);
  const restarted = await run([trades, '--restart'], { intake: known, checkpoints });
  expect(restarted.stdout).toMatch(/zip +6,000 +0 +6,000 +0/);
});

/** An intake that is out of reach for these calls, counted from 1, and one that was told of each wait. */
function outOfReach(calls: (call: number) => boolean) {
  const known = memoryIntake();
  let call = 0;
  const guarded = <Result>(act: () => Promise<Result>): Promise<Result> =>
    calls(++call) ? Promise.reject(new PortError('unavailable', 'connect ECONNREFUSED')) : act();
  const intake: MemoryIntake = {
    ...known,
    addProduct: (product) => guarded(() => known.addProduct(product)),
    accept: (batch) => guarded(() => known.accept(batch)),
  };
  const waits: string[] = [];
  let stderr = '';
  const given: Partial<ImportSurroundings> & { intake: MemoryIntake } = {
    intake,
    stderr: (text) => (stderr += text),
    retries: {
      policy: { maxAttempts: 4, baseMs: 1_000, capMs: 1_000 },
      wait: async () => void waits.push(stderr),
    },
  };
  return { given, waits, stderr: () => stderr, known };
}

const waiting = 'Waiting for the platform at http://127.0.0.1:4400 (connect ECONNREFUSED)\n';

test('says before the first wait what it waits for, and gives up in one sentence', async () => {
  const { given, waits, stderr } = outOfReach(() => true);
  expect(await run([trades], given)).toMatchObject({ code: 1, stdout: '' });
  expect(waits).toEqual([waiting, waiting, waiting]);
  expect(stderr()).toBe(
    `${waiting}Gave up: the platform at http://127.0.0.1:4400 does not answer (connect ECONNREFUSED); the same command goes on from there.\n`,
  );
});

test('says once of each time that the platform is out of reach that it waits', async () => {
  // Before the product is known, and again at the second batch and twice while that is repeated.
  const { given, waits, stderr, known } = outOfReach((call) => call === 1 || (call >= 4 && call <= 6));
  expect(await run([trades], given)).toMatchObject({ code: 0 });
  expect([waits.length, stderr()]).toEqual([4, waiting + waiting]);
  expect(known.trades.size).toBe(rows);
});

test('says nothing of a platform that only asks for patience', async () => {
  const known = memoryIntake();
  let calls = 0;
  const intake: MemoryIntake = {
    ...known,
    accept: (batch) => (calls++ === 0 ? Promise.reject(new PortError('throttled', 'slower')) : known.accept(batch)),
  };
  expect(await run([trades], { intake, retries: { wait: async () => {} } })).toMatchObject({ code: 0, stderr: '' });
});

test('an interruption ends with 130 after what is under way', async () => {
  const controller = new AbortController();
  const intake = memoryIntake();
  const interrupted: MemoryIntake = {
    ...intake,
    async accept(batch) {
      controller.abort();
      return intake.accept(batch);
    },
  };
  const checkpoints = memoryCheckpoints();
  const result = await run([trades], { intake: interrupted, checkpoints, signal: controller.signal });
  expect(result).toMatchObject({ code: 130, stderr: expect.stringContaining('Interrupted') });
  expect(result.stdout).toMatch(/zip +5,000 +5,000/);
  expect([...checkpoints.lines.values()]).toEqual([5_000]);
  expect(archived).toEqual([]);
});

test('a bug is no answer', async () => {
  const intake = memoryIntake();
  const broken = { ...intake, accept: () => Promise.reject(new TypeError('a bug')) };
  await expect(run([trades], { intake: broken })).rejects.toThrow('a bug');
});

test('without a terminal, writes a line every five seconds', async () => {
  let time = 0;
  const { stderr } = await run([trades], { now: () => (time += 3_000) });
  expect(stderr.split('\n')).toEqual([
    expect.stringMatching(
      /^BTCUSDT-trades-2025-01-01\.zip \(1 of 1\): \d+ %, line 5000; 5000 accepted, 0 duplicate, 0 rejected$/,
    ),
    '',
  ]);
});

test('on a terminal, shows a bar for each file and ends it, also when the import fails', async () => {
  const bars: string[][] = [];
  const newBar = ({ format }: ProgressBarOptions): ProgressBar => {
    const bar: string[] = [format.includes('{bar}') ? 'bar' : 'no bar'];
    bars.push(bar);
    return {
      start: (total, value) => bar.push(`start ${value} of ${total}`),
      update: (value) => bar.push(`update ${value}`),
      stop: () => bar.push('stop'),
    };
  };
  const second = folder.write('BTCUSDT-trades-2025-01-06.csv', spotTrades(10));
  await run([trades, second], { newBar });
  const [zip, plain] = await Promise.all([trades, second].map((path) => openBinanceFile(path)));
  expect(bars).toEqual([
    ['bar', `start 0 of ${zip!.sizeBytes}`, expect.stringMatching(/^update \d+$/), `update ${zip!.sizeBytes}`, 'stop'],
    ['bar', `start 0 of ${plain!.sizeBytes}`, `update ${plain!.sizeBytes}`, 'stop'],
  ]);
  const refused = { error: new PortError('unauthorized', 'no'), afterwards: false };
  expect(await run([second], { newBar, intake: memoryIntake({ faultOf: () => refused }) })).toMatchObject({ code: 1 });
  expect(bars[2]!.at(-1)).toBe('stop');
});
