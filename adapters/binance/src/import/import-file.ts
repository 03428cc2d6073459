import { PortError } from '@portolan/kernel';
import type { TradeIntake, TradeResult } from '@portolan/pricing';
import type { BinanceFile } from '../file/binance-file.ts';
import { tradesOf, type TradeBatch } from '../trades/trades-of.ts';
import type { Checkpoints } from './checkpoints.ts';
import { neededAtHead, type ProductRegister } from './increments.ts';
import type { Ledger } from './ledger.ts';
import { NeededPlaces } from './places.ts';
import { withRetries, type Retries } from './retries.ts';

/** All that the import of one file needs. */
export interface FileImport {
  readonly file: BinanceFile;
  readonly product: string;
  readonly source: string;
  readonly intake: TradeIntake;
  readonly register: ProductRegister;
  readonly retries: Retries;
  readonly checkpoints: Checkpoints;
  readonly ledger: Ledger;
  readonly fileKey: string;
  readonly restart: boolean;
  readonly maxInFlight: number;
  /** 0 where the increments are given. */
  readonly scanRows: number;
  readonly batchRows: number | undefined;
  readonly onLine: (line: number, bytesRead: number) => void;
}

/** What became of a batch; it is never rejected, so that several may be under way. */
type Sent =
  | { readonly kind: 'answered'; readonly batch: TradeBatch; readonly results: readonly TradeResult[] }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Rows before a checkpoint that are sent again, to see whether the intake knows them. */
const probeRows = 100;

/** Imports what is left of a file. */
export async function importFile(
  work: FileImport,
): Promise<{ readonly resumedAfter: number; readonly endLine: number }> {
  const { file, product, register, retries, onLine } = work;
  let [resumedAfter, endLine] = [0, 0];
  try {
    endLine = resumedAfter = await provenLine(work);
    onLine(resumedAfter, 0);
    const needed = work.scanRows === 0 ? undefined : await neededAtHead(file, product, work.scanRows);
    if (needed !== undefined) await register.cover(product, needed);
    await importRows(work, resumedAfter + 1, (line) => (endLine = line));
  } catch (error) {
    // Who stops an import does not want to hear that the call it interrupted had just failed.
    if (retries.signal?.aborted !== true) throw error;
  }
  return { resumedAfter, endLine };
}

async function importRows(work: FileImport, fromLine: number, onDone: (line: number) => void): Promise<void> {
  const { file, product, source, register, retries, maxInFlight, batchRows } = work;
  const underWay: Promise<Sent>[] = [];
  const settleOldest = async (): Promise<void> => {
    const sent = await underWay.shift()!;
    // Whatever became of those behind it, no line beyond it is done.
    if (sent.kind === 'failed') await Promise.all(underWay.splice(0));
    onDone(await settle(work, sent));
  };
  try {
    for await (const batch of tradesOf(file, { product, source, fromLine, batchRows })) {
      if (retries.signal?.aborted === true) break;
      if (batch.trades.length > 0) await register.cover(product, new NeededPlaces().addAll(batch.trades));
      underWay.push(send(work, batch));
      if (underWay.length >= maxInFlight) await settleOldest();
    }
  } finally {
    // Also where the file turns out to be damaged: what was handed in before counts.
    while (underWay.length > 0) await settleOldest();
  }
}

async function send(work: FileImport, batch: TradeBatch): Promise<Sent> {
  if (batch.trades.length === 0) return { kind: 'answered', batch, results: [] };
  try {
    return { kind: 'answered', batch, results: await accept(work, batch) };
  } catch (error) {
    if (!(error instanceof PortError)) return { kind: 'failed', error };
    const lines = `${work.file.name} lines ${batch.lines[0]} to ${batch.endLine}`;
    return { kind: 'failed', error: new PortError(error.code, `${lines}: ${error.message}`, { cause: error }) };
  }
}

async function accept({ intake, retries }: FileImport, { trades }: TradeBatch): Promise<readonly TradeResult[]> {
  const results = await withRetries(() => intake.accept(trades), retries);
  if (results.length !== trades.length)
    throw new PortError('corrupted', `the intake answered ${trades.length} trades with ${results.length} results`);
  return results;
}

/** Counts an answered batch and saves its line. Batches come here in the file's order, so nothing before is open. */
async function settle({ file, ledger, checkpoints, fileKey, onLine }: FileImport, sent: Sent): Promise<number> {
  if (sent.kind === 'failed') throw sent.error;
  const { batch, results } = sent;
  ledger.record(file.name, batch, results);
  await checkpoints.save(fileKey, batch.endLine);
  onLine(batch.endLine, batch.bytesRead);
  return batch.endLine;
}

/**
 * The line that an earlier import came to, where that still holds. A checkpoint outlives what was imported when a data folder
 * is deleted or restored; going on from it would leave out trades without a word. So the rows before it are sent once
 * more, and unless the intake knows them, the file begins again.
 */
async function provenLine(work: FileImport): Promise<number> {
  const { file, product, source, checkpoints, fileKey, restart } = work;
  const line = restart ? undefined : await checkpoints.load(fileKey);
  if (line === undefined) return 0;
  const fromLine = Math.max(1, line - probeRows + 1);
  for await (const batch of tradesOf(file, { product, source, fromLine, batchRows: probeRows })) {
    const trades = batch.trades.filter((_, index) => batch.lines[index]! <= line);
    if (trades.length === 0) return 0;
    const results = await accept(work, { ...batch, trades });
    const known = results.some(({ status }) => status === 'duplicate');
    return known && results.every(({ status }) => status !== 'accepted') ? line : 0;
  }
  return 0;
}
