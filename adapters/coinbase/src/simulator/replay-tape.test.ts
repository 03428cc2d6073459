import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTime } from '@portolan/pricing/time';
import { readTrades, replayTape } from './replay-tape.ts';

const trade = (id: number, second: string, price = '84149.24', product = 'BTC-USD') => ({
  ...{ product, id: String(id), time: `2026-01-01T00:00:${second}Z`, price, size: '0.5', side: 'buy' as const },
});
const trades = [trade(9, '02.5'), trade(7, '00'), trade(8, '01.000001', '0.1'), trade(3, '01', '2', 'ETH-USD')];
const startedAt = 1_000_000;

const ids = (listed: readonly { readonly id: number }[]) => listed.map(({ id }) => id);

test('tells trades at their own times, in the order of their ids, as they were', () => {
  const tape = replayTape(trades, { startedAt });
  const at = (wallMs: number) => ids(tape.older('BTC-USD', tape.marketTime(wallMs), Infinity, 10));
  expect([
    at(startedAt - 1),
    at(startedAt),
    at(startedAt + 1_000),
    at(startedAt + 1_001),
    at(startedAt + 2_500),
  ]).toEqual([[], [7], [7], [8, 7], [9, 8, 7]]);
  expect(tape.newer('BTC-USD', Infinity, 7, 1)).toEqual([
    { id: 8, micros: parseTime('2026-01-01T00:00:01.000001Z')!, price: '0.1', size: '0.5', side: 'buy' },
  ]);
  expect(ids(tape.older('BTC-USD', Infinity, 9, 1))).toEqual([8]);
});

test('runs faster, and says when', () => {
  const tape = replayTape(trades, { startedAt, speed: 10 });
  for (const { micros } of tape.newer('BTC-USD', Infinity, 0, 10)) {
    const wallMs = tape.wallTime(micros);
    expect(tape.marketTime(wallMs)).toBeGreaterThanOrEqual(micros);
    expect(tape.marketTime(wallMs - 1)).toBeLessThan(micros);
  }
  expect(tape.wallTime(parseTime('2026-01-01T00:00:02.5Z')!)).toBe(startedAt + 250);
});

test('has what lies before its start as history', () => {
  const tape = replayTape(trades, { startedAt, from: '2026-01-01T00:00:02Z' });
  expect(ids(tape.older('BTC-USD', tape.marketTime(startedAt), Infinity, 10))).toEqual([8, 7]);
});

test('finds increments that are fine enough for every trade', () => {
  expect(replayTape(trades, { startedAt }).products).toEqual([
    { id: 'BTC-USD', priceIncrement: '0.01', sizeIncrement: '0.1' },
    { id: 'ETH-USD', priceIncrement: '1', sizeIncrement: '0.1' },
  ]);
});

test('refuses to begin at a time that is none', () => {
  expect(() => replayTape(trades, { startedAt, from: 'noon' })).toThrow('from: expected a time such as');
});

test.each([
  [[], 'expected one at least'],
  [[trade(7, '00'), trade(7, '01')], 'trade 7 stands there twice'],
  [[trade(7, '01'), trade(8, '00')], 'trade 8 is earlier than 7'],
  [[{ ...trade(7, '00'), id: 'a' }], 'trades.0: id'],
  [[{ ...trade(7, '00'), count: 3 }], 'trades.0: count'],
])('refuses a list that no exchange could have told: %#', (list, problem) => {
  expect(() => replayTape(list, { startedAt })).toThrow(problem);
});

describe('a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portolan-tape-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = async (text: string): Promise<string> => {
    await writeFile(join(folder, 'trades.jsonl'), text);
    return join(folder, 'trades.jsonl');
  };

  test('has a trade a line', async () => {
    const lines = trades.map((one) => JSON.stringify({ ...one, source: 'elsewhere' })).join('\n');
    expect(await readTrades(await file(`${lines}\n\n`))).toEqual(trades);
  });

  test('is refused by the line that is none', async () => {
    const path = await file(`${JSON.stringify(trades[0])}\n{"product":`);
    await expect(readTrades(path)).rejects.toThrow('trades.jsonl:2: ');
  });
});
