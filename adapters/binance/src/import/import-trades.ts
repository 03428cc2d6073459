import { PortError } from '@portolan/kernel';
import type { TradeIntake } from '@portolan/pricing';
import type { BinanceFile } from '../file/binance-file.ts';
import { sourceOf } from '../trades/trades-of.ts';
import { fileKeyOf, type Checkpoints } from './checkpoints.ts';
import { importFile, type FileImport } from './import-file.ts';
import { newProductRegister, type Increments } from './increments.ts';
import { Ledger, type ImportCounts, type RejectedLine } from './ledger.ts';
import type { Retries } from './retries.ts';

export interface ImportOptions extends Omit<Retries, 'signal'> {
  /** The trades' product. @default each file's symbol; futures, whose symbols are those of spot, need to be told */
  readonly product?: string | undefined;
  /** @default as `sourceOf` says for each file */
  readonly source?: string | undefined;
  /** @default those that the rows need, refined where later rows need more */
  readonly increments?: Increments | undefined;
  /** Tells apart where trades go, for checkpoints. @default '' */
  readonly target?: string | undefined;
  /** Begins each file again, whatever its checkpoint says. @default false */
  readonly restart?: boolean | undefined;
  /** Batches of up to 5,000 trades that are under way at one time. @default 4 */
  readonly maxInFlight?: number | undefined;
  /** Rows that are looked through for the increments they need, before a file begins. @default 100,000 */
  readonly scanRows?: number | undefined;
  /** Rows of a batch, at most; 1 to 5,000. @default 5,000 */
  readonly batchRows?: number | undefined;
  /** Stops the import: what is under way is waited for, and the checkpoint saved. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each batch, and when a file begins. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ImportProgress {
  /** Name of the present file. */
  readonly file: string;
  /** From 1. */
  readonly fileNumber: number;
  readonly fileCount: number;
  /** Up to which everything was answered. */
  readonly line: number;
  readonly bytesRead: number;
  readonly sizeBytes: number;
  /** Of all files. */
  readonly totals: ImportCounts;
}

/** What became of one file. */
export interface ImportedFile extends ImportCounts {
  readonly name: string;
  readonly product: string;
  readonly source: string;
  /** The line that an earlier import had come to; 0 where this one began at the start. */
  readonly resumedAfter: number;
  /** The line up to which everything was answered. */
  readonly endLine: number;
}

export interface ImportOutcome {
  /** `aborted` by the signal; the same import goes on from there. */
  readonly kind: 'finished' | 'aborted';
  /** Those that were begun. */
  readonly files: readonly ImportedFile[];
  readonly totals: ImportCounts;
  /** The first 100. */
  readonly rejectedLines: readonly RejectedLine[];
}

/**
 * Hands the trades of files to the pricing domain, one file after the other.
 *
 * Each file is read as fast as its batches are answered, with a bounded number under way. A line counts as done, and goes
 * into the checkpoint, once everything up to it was answered. Interrupted at any moment and begun again, the import hands
 * every trade in at least once, and the intake takes each on once.
 *
 * @throws {PortError} the intake's, where it fails for good or too often, with the lines that it concerns; `invalid` for a
 *   file of klines, and for one of futures without a product; `corrupted` for a file that is damaged further on. The
 *   checkpoint stands at what was answered before.
 */
export async function importTrades(
  files: readonly BinanceFile[],
  intake: TradeIntake,
  checkpoints: Checkpoints,
  options: ImportOptions = {},
): Promise<ImportOutcome> {
  const { signal, policy, wait, random, onTrouble, onProgress = () => {} } = options;
  const retries: Retries = { policy, wait, random, onTrouble, signal };
  const ledger = new Ledger();
  const register = newProductRegister(intake, options.increments, retries);
  const imports = files.map((file) => ({ file, ...identityOf(file, options) }));
  const done: ImportedFile[] = [];
  const outcome = (kind: ImportOutcome['kind']): ImportOutcome => ({
    kind,
    files: done,
    totals: ledger.totals,
    rejectedLines: ledger.rejectedLines,
  });
  for (const [index, one] of imports.entries()) {
    if (signal?.aborted === true) return outcome('aborted');
    const { file, product, source } = one;
    ledger.beginFile();
    const work: FileImport = {
      ...one,
      intake,
      register,
      retries,
      checkpoints,
      ledger,
      fileKey: fileKeyOf(file, options.target ?? '', product, source),
      restart: options.restart ?? false,
      maxInFlight: options.maxInFlight ?? 4,
      scanRows: options.increments === undefined ? (options.scanRows ?? 100_000) : 0,
      batchRows: options.batchRows,
      onLine(line, bytesRead) {
        const place = { file: file.name, fileNumber: index + 1, fileCount: files.length };
        onProgress({ ...place, line, bytesRead, sizeBytes: file.sizeBytes, totals: ledger.totals });
      },
    };
    const { resumedAfter, endLine } = await importFile(work);
    done.push({ name: file.name, product, source, resumedAfter, endLine, ...ledger.file });
  }
  return outcome(signal?.aborted === true ? 'aborted' : 'finished');
}

function identityOf(file: BinanceFile, options: ImportOptions): { readonly product: string; readonly source: string } {
  const { name, kind, market, symbol } = file;
  if (kind === 'klines') throw new PortError('invalid', `${name} holds klines, which are for comparing, and no trades`);
  if (options.product === undefined && market === 'usd-m')
    throw new PortError(
      'invalid',
      `${name} is of USD-M futures; its ${symbol} is another product than spot's, so name one`,
    );
  return { product: options.product ?? symbol, source: options.source ?? sourceOf(file) };
}
