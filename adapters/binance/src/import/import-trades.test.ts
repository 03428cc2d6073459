import { PortError } from '@portolan/kernel';
import { openBinanceFile, type BinanceFile } from '../file/binance-file.ts';
import { spotTrade, spotTrades, temporaryFolder } from '../testing/files.ts';
import { memoryCheckpoints, memoryIntake, type IntakeFault } from '../testing/memory-intake.ts';
import { importTrades, type ImportOptions } from './import-trades.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
let files = 0;
const fileOf = (text: string, kind = 'trades'): Promise<BinanceFile> =>
  openBinanceFile(folder.write(`BTCUSDT-${kind}-2025-01-${String(10 + (files++ % 20))}.csv`, text));

const lost: IntakeFault = { error: new PortError('unavailable', 'connection lost'), afterwards: false };
const unanswered: IntakeFault = { error: new PortError('timeout', 'no answer'), afterwards: true };

/** Waits that end at once, and are kept. */
function waits(): { readonly waited: number[]; readonly options: Pick<ImportOptions, 'wait' | 'random'> } {
  const waited: number[] = [];
  return { waited, options: { wait: async (waitMs) => void waited.push(waitMs), random: () => 0.999 } };
}

test('hands in every trade, counts what became of it, and adds the product with what the rows need', async () => {
  const intake = memoryIntake();
  const file = await fileOf(spotTrades(12_000));
  const outcome = await importTrades([file], intake, memoryCheckpoints());
  expect(outcome).toEqual({
    kind: 'finished',
    files: [
      {
        name: file.name,
        product: 'BTCUSDT',
        source: 'binance',
        resumedAfter: 0,
        endLine: 12_000,
        accepted: 12_000,
        duplicate: 0,
        rejected: 0,
        voided: 0,
      },
    ],
    totals: { accepted: 12_000, duplicate: 0, rejected: 0, voided: 0 },
    rejectedLines: [],
  });
  expect(intake.trades.size).toBe(12_000);
  expect(intake.products).toEqual(new Map([['BTCUSDT', { price: 2, size: 5 }]]));
});

test('importing again adds nothing, whether the checkpoint is used or not', async () => {
  const intake = memoryIntake();
  const checkpoints = memoryCheckpoints();
  const file = await fileOf(spotTrades(7_000));
  await importTrades([file], intake, checkpoints);
  const again = await importTrades([file], intake, checkpoints);
  expect(again.files[0]).toMatchObject({ resumedAfter: 7_000, endLine: 7_000, accepted: 0, duplicate: 0 });
  const restarted = await importTrades([file], intake, checkpoints, { restart: true });
  expect(restarted.files[0]).toMatchObject({ resumedAfter: 0, accepted: 0, duplicate: 7_000 });
  expect(intake.trades.size).toBe(7_000);
});

test('a checkpoint is worth nothing where the trades before it are gone', async () => {
  const intake = memoryIntake();
  const checkpoints = memoryCheckpoints();
  const file = await fileOf(spotTrades(7_000));
  await importTrades([file], intake, checkpoints);
  for (const empty of [true, false]) {
    intake.trades.clear();
    if (empty) intake.products.clear();
    const again = await importTrades([file], intake, checkpoints);
    expect(again.files[0]).toMatchObject({ resumedAfter: 0, endLine: 7_000, rejected: 0 });
    expect(intake.trades.size).toBe(7_000);
  }
});

test('nor is it where some of them are gone', async () => {
  const intake = memoryIntake();
  const checkpoints = memoryCheckpoints();
  const file = await fileOf(spotTrades(7_000));
  await importTrades([file], intake, checkpoints);
  for (const id of [3, 6_990]) intake.trades.delete(`binance BTCUSDT ${id}`);
  const again = await importTrades([file], intake, checkpoints);
  expect(again.files[0]).toMatchObject({ resumedAfter: 0, endLine: 7_000 });
  expect(intake.trades.size).toBe(7_000);
});

test('another product, source or target begins at the start', async () => {
  const checkpoints = memoryCheckpoints();
  const file = await fileOf(spotTrades(100));
  const importInto = (options: ImportOptions) => importTrades([file], memoryIntake(), checkpoints, options);
  for (const options of [{}, { product: 'BTC-USD' }, { source: 'archive' }, { target: 'http://other' }])
    expect((await importInto(options)).files[0]).toMatchObject({ resumedAfter: 0, accepted: 100 });
  expect(checkpoints.lines.size).toBe(4);
});

test('refines increments when later rows need finer ones, before these are handed in', async () => {
  const fine = `900001,93576.12345000,0.00000001,1,1735689600000000,True,True\n`;
  const intake = memoryIntake();
  const file = await fileOf(spotTrades(300) + fine + spotTrade(900_002));
  const outcome = await importTrades([file], intake, memoryCheckpoints(), { scanRows: 100, batchRows: 100 });
  expect(outcome.totals).toMatchObject({ accepted: 302, rejected: 0 });
  expect(intake.products.get('BTCUSDT')).toEqual({ price: 5, size: 8 });
});

test('increments that are given stay, and rows that do not fit are rejected with their lines', async () => {
  const fine = `900001,93576.12345000,0.00000001,1,1735689600000000,True,True\n`;
  const intake = memoryIntake();
  const file = await fileOf(`${spotTrades(3)}\n${fine}${spotTrade(900_002)}not,a,row\n`);
  const outcome = await importTrades([file], intake, memoryCheckpoints(), {
    increments: { price: '0.01', size: '0.00001' },
  });
  expect(intake.products.get('BTCUSDT')).toEqual({ price: 2, size: 5 });
  expect(outcome.totals).toEqual({ accepted: 4, duplicate: 0, rejected: 2, voided: 0 });
  expect(outcome.rejectedLines).toEqual([
    { file: file.name, line: 5, reason: 'price 93576.12345000 has more than 2 places' },
    { file: file.name, line: 7, reason: 'has 3 columns; expected 7' },
  ]);
});

test('goes on where a product is known with finer increments, which it keeps', async () => {
  const intake = memoryIntake();
  await intake.addProduct({ id: 'BTCUSDT', priceIncrement: '0.00000001', sizeIncrement: '0.00000001' });
  const outcome = await importTrades([await fileOf(spotTrades(10))], intake, memoryCheckpoints());
  expect(outcome.totals).toMatchObject({ accepted: 10, rejected: 0 });
  expect(intake.products.get('BTCUSDT')).toEqual({ price: 8, size: 8 });
});

test('keeps the first hundred rejected lines, in order, and counts all', async () => {
  const bad = Array.from({ length: 150 }, (_, n) => `${spotTrade(n + 1)}bad${n}\n`).join('');
  const file = await fileOf(bad);
  const outcome = await importTrades([file], memoryIntake(), memoryCheckpoints(), { batchRows: 7 });
  expect(outcome.totals).toMatchObject({ accepted: 150, rejected: 150 });
  expect(outcome.rejectedLines.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, n) => 2 * n + 2));
});

test('a file of nothing but malformed lines adds no product and is done', async () => {
  const intake = memoryIntake();
  const checkpoints = memoryCheckpoints();
  const file = await fileOf('a1,b,c,d,e,f,g\n1,x,x,x,x,x,x\n'.replace('a1', '1'));
  const outcome = await importTrades([file], intake, checkpoints);
  expect(outcome.totals).toMatchObject({ accepted: 0, rejected: 2 });
  expect(intake.products.size).toBe(0);
  expect([...checkpoints.lines.values()]).toEqual([2]);
});

test('has no more batches under way than allowed, and reads no further meanwhile', async () => {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const intake = memoryIntake({ answer: () => gate });
  const file = await fileOf(spotTrades(50_000));
  const running = importTrades([file], intake, memoryCheckpoints(), { maxInFlight: 3, batchRows: 1_000 });
  while (intake.calls() < 3) await new Promise(setImmediate);
  for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
  expect(intake.calls()).toBe(3);
  expect(file.bytesRead()).toBeLessThan((3 * file.sizeBytes) / 50 + 3 * 65_536);
  open();
  await running;
  expect(intake.mostAtOnce()).toBe(3);
  expect(intake.trades.size).toBe(50_000);
});

test('repeats what may succeed later, waiting longer each time up to the cap', async () => {
  const { waited, options } = waits();
  const intake = memoryIntake({ faultOf: (call) => (call < 6 ? (call % 2 === 0 ? lost : unanswered) : undefined) });
  const policy = { maxAttempts: 10, baseMs: 100, capMs: 1_000 };
  const outcome = await importTrades([await fileOf(spotTrades(10))], intake, memoryCheckpoints(), {
    ...options,
    policy,
  });
  expect(outcome.totals).toEqual({ accepted: 0, duplicate: 10, rejected: 0, voided: 0 });
  expect(waited).toEqual([100, 200, 400, 800, 999, 999]);
});

test('gives up when it failed too often, and leaves the checkpoint before what was not answered', async () => {
  const { waited, options } = waits();
  const checkpoints = memoryCheckpoints();
  const failing = memoryIntake({ faultOf: (call) => (call >= 3 ? unanswered : undefined) });
  const file = await fileOf(spotTrades(1_000));
  const policy = { maxAttempts: 3, baseMs: 1, capMs: 1 };
  const running = importTrades([file], failing, checkpoints, { ...options, policy, batchRows: 100, maxInFlight: 2 });
  await expect(running).rejects.toThrow(
    expect.objectContaining({ code: 'timeout', message: expect.stringMatching(/csv lines 301 to 400: no answer$/) }),
  );
  expect([...checkpoints.lines.values()]).toEqual([300]);
  expect(waited.length).toBeLessThanOrEqual(4);
});

test('does not repeat what cannot succeed', async () => {
  const { waited, options } = waits();
  const refused = { error: new PortError('unauthorized', 'no'), afterwards: false };
  const running = importTrades(
    [await fileOf(spotTrades(10))],
    memoryIntake({ faultOf: () => refused }),
    memoryCheckpoints(),
    options,
  );
  await expect(running).rejects.toThrow(expect.objectContaining({ code: 'unauthorized' }));
  expect(waited).toEqual([]);
});

test('an answer that lacks results is no answer', async () => {
  const intake = memoryIntake();
  const short = { ...intake, accept: async (trades: never[]) => (await intake.accept(trades)).slice(1) };
  const checkpoints = memoryCheckpoints();
  await expect(importTrades([await fileOf(spotTrades(10))], short as never, checkpoints)).rejects.toThrow(
    expect.objectContaining({ code: 'corrupted', message: expect.stringContaining('10 trades with 9 results') }),
  );
  expect(checkpoints.lines.size).toBe(0);
});

test('what was handed in before a file turns out to be damaged counts', async () => {
  const good = await fileOf(spotTrades(300));
  const damaged: BinanceFile = {
    ...good,
    async *rows(options) {
      yield* good.rows(options);
      throw new PortError('corrupted', 'cut off');
    },
  };
  const checkpoints = memoryCheckpoints();
  const running = importTrades([damaged], memoryIntake(), checkpoints, { batchRows: 100, scanRows: 10 });
  await expect(running).rejects.toThrow('cut off');
  expect([...checkpoints.lines.values()]).toEqual([300]);
});

test('tells how far it is after each batch', async () => {
  const seen: string[] = [];
  const two = [await fileOf(spotTrades(250)), await fileOf(spotTrades(100, 1_000))];
  await importTrades(two, memoryIntake(), memoryCheckpoints(), {
    batchRows: 100,
    onProgress: ({ fileNumber, fileCount, line, totals }) =>
      seen.push(`${fileNumber}/${fileCount} ${line} ${totals.accepted}`),
  });
  expect(seen).toEqual(['1/2 0 0', '1/2 100 100', '1/2 200 200', '1/2 250 250', '2/2 0 250', '2/2 100 350']);
});

test('an abort during a wait ends it, without a failure', async () => {
  const controller = new AbortController();
  const checkpoints = memoryCheckpoints();
  const intake = memoryIntake({ faultOf: (call) => (call >= 2 ? lost : undefined) });
  const outcome = await importTrades([await fileOf(spotTrades(1_000))], intake, checkpoints, {
    batchRows: 100,
    signal: controller.signal,
    wait: async () => controller.abort(),
  });
  expect(outcome).toMatchObject({ kind: 'aborted', totals: { accepted: 200 }, files: [{ endLine: 200 }] });
  expect([...checkpoints.lines.values()]).toEqual([200]);
});

test('aggregated trades go in with their ids and counts', async () => {
  const text = '1,2.0,3.0,100,104,1735689600000000,True,True\n2,0,0,-1,-1,1735689600000000,True,True\n';
  const intake = memoryIntake();
  const outcome = await importTrades([await fileOf(text, 'aggTrades')], intake, memoryCheckpoints());
  expect(outcome.totals).toEqual({ accepted: 1, duplicate: 0, rejected: 0, voided: 1 });
  expect([...intake.trades.values()]).toEqual([
    expect.objectContaining({ source: 'binance-agg', id: '100', count: 5 }),
  ]);
});

test('refuses klines, and futures without a product, before anything is handed in', async () => {
  const intake = memoryIntake();
  const spot = await fileOf(spotTrades(1));
  const futures = await fileOf('1,2,3,6,1735689600000,true\n');
  const klines = await openBinanceFile(
    folder.write('BTCUSDT-1m-2025-01.csv', '1735689600000000,1,1,1,1,1,1,1,1,1,1,0\n'),
  );
  await expect(importTrades([spot, klines], intake, memoryCheckpoints())).rejects.toThrow('holds klines');
  await expect(importTrades([spot, futures], intake, memoryCheckpoints())).rejects.toThrow('USD-M futures');
  expect(intake.calls()).toBe(0);
  const outcome = await importTrades([futures], intake, memoryCheckpoints(), { product: 'BTC-PERP' });
  expect(outcome.files[0]).toMatchObject({ product: 'BTC-PERP', source: 'binance-usdm', accepted: 1 });
});
