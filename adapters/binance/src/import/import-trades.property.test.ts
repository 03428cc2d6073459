import { PortError } from '@portolan/kernel';
import fc from 'fast-check';
import { openBinanceFile } from '../file/binance-file.ts';
import { spotTrades, temporaryFolder } from '../testing/files.ts';
import { memoryCheckpoints, memoryIntake } from '../testing/memory-intake.ts';
import { importTrades } from './import-trades.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const rows = 400;
const ids = Array.from({ length: rows }, (_, index) => index + 1);
const path = folder.write('BTCUSDT-trades-2025-01-01.csv', spotTrades(rows));

/** How one run of an import ends early: at a call of the intake or at a save of the checkpoint. */
const interruption = fc.record({
  at: fc.integer({ min: 0, max: 42 }),
  how: fc.constantFrom('abort', 'crash before the trades', 'crash after the trades', 'crash at the checkpoint'),
});

test('interrupted anywhere, any number of times, and begun again: every trade once, no line passed over', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(interruption, { maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 10, max: 120 }),
      async (interruptions, maxInFlight, batchRows) => {
        const checkpoints = memoryCheckpoints();
        const intake = memoryIntake();
        let accepted = 0;
        let resumedAfter = 0;
        for (const { at, how } of [...interruptions, { at: Infinity, how: 'never' }]) {
          const controller = new AbortController();
          const file = await openBinanceFile(path);
          let calls = 0;
          const crash = new PortError('internal', how);
          const interrupted: typeof intake = {
            ...intake,
            async accept(trades) {
              const now = calls++ === at;
              if (now && how === 'abort') controller.abort();
              if (now && how === 'crash before the trades') throw crash;
              const results = await intake.accept(trades);
              accepted += results.filter(({ status }) => status === 'accepted').length;
              if (now && how === 'crash after the trades') throw crash;
              return results;
            },
          };
          let saves = 0;
          const saving: typeof checkpoints = {
            ...checkpoints,
            async save(key, line) {
              if (saves++ === at && how === 'crash at the checkpoint') throw crash;
              // Everything up to the line is in.
              const missing = ids.slice(0, line).filter((id) => !intake.trades.has(`binance BTCUSDT ${id}`));
              expect(missing).toEqual([]);
              await checkpoints.save(key, line);
            },
          };
          const options = { maxInFlight, batchRows, signal: controller.signal };
          const outcome = await importTrades([file], interrupted, saving, options).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'internal' });
            return undefined;
          });
          const line = [...checkpoints.lines.values()][0] ?? 0;
          expect(line).toBeGreaterThanOrEqual(resumedAfter);
          resumedAfter = line;
          if (how === 'never') expect(outcome).toMatchObject({ kind: 'finished', files: [{ endLine: rows }] });
        }
        expect(accepted).toBe(rows);
        expect(intake.trades.size).toBe(rows);
      },
    ),
    { numRuns: 60 },
  );
});
