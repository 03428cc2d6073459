import { PortError } from '@portolan/kernel';
import { compareCandles, type CandleComparison } from '../compare/compare-candles.ts';
import { klinesOf } from '../compare/klines-of.ts';
import { openBinanceFile, type BinanceFile } from '../file/binance-file.ts';
import type { CandlesReader } from '../http/http-candles.ts';
import { httpPricing, type PricingService } from '../http/http-pricing.ts';
import type { Checkpoints } from '../import/checkpoints.ts';
import { importTrades, type ImportOutcome } from '../import/import-trades.ts';
import { withRetries, type Retries } from '../import/retries.ts';
import { importHelp, readImportArguments, UsageError, type ImportArguments } from './import-arguments.ts';
import { comparableIntervals, endOfInterval, isComparableInterval, type ComparableInterval } from './intervals.ts';
import { barDisplay, lineDisplay, type ProgressBar, type ProgressBarOptions } from './progress.ts';
import { printable, reportOfComparison, reportOfImport } from './report.ts';

/** What the command works with. */
export interface ImportSurroundings {
  readonly checkpoints: Checkpoints;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Makes a bar on the terminal that `stderr` is. @default lines now and then, for what is no terminal */
  readonly newBar?: ((options: ProgressBarOptions) => ProgressBar) | undefined;
  /** Aborts when the user interrupts. */
  readonly signal?: AbortSignal | undefined;
  /** @default over HTTP */
  readonly connect?: ((url: string) => PricingService) | undefined;
  /** Milliseconds of any clock that does not jump. @default the process's */
  readonly now?: (() => number) | undefined;
  readonly retries?: Omit<Retries, 'signal'> | undefined;
}

/**
 * Runs `pricing:import`: imports files of trades, then compares candles with files of klines.
 *
 * @param args - Without the names of Node and the script.
 * @returns The exit code: 0; 1 where rows were rejected, candles differ, or the service or a file failed on the way; 2 where
 *   the arguments or a file cannot be used; 130 after an interruption.
 */
export async function importCommand(args: readonly string[], surroundings: ImportSurroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  let plan: Plan | 'help';
  try {
    plan = await planOf(args, surroundings);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof PortError)) throw error;
    stderr(`${printable(error.message)}\n${error instanceof UsageError ? 'See --help.\n' : ''}`);
    return 2;
  }
  if (plan === 'help') {
    stdout(importHelp);
    return 0;
  }
  try {
    return await carryOut(plan, surroundings);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    stderr(`${printable(error.message)}\nStopped; the same command goes on from there.\n`);
    return 1;
  }
}

interface Plan {
  readonly args: ImportArguments;
  readonly service: PricingService;
  readonly files: readonly BinanceFile[];
  readonly compared: readonly Compared[];
}

interface Compared {
  readonly file: BinanceFile;
  readonly product: string;
  readonly interval: ComparableInterval;
}

/** Everything is opened before anything is imported, so that a mistake in the last name is told at once. */
async function planOf(
  args: readonly string[],
  { connect = (url) => httpPricing(url) }: ImportSurroundings,
): Promise<Plan | 'help'> {
  const read = readImportArguments(args);
  if (read.kind === 'help') return 'help';
  const service = connect(read.url);
  const files: BinanceFile[] = [];
  for (const path of read.files) files.push(await openBinanceFile(path));
  for (const { name, kind, market, symbol } of files) {
    if (kind === 'klines') throw new UsageError(`${name} holds klines; compare with it by --compare`);
    if (market === 'usd-m' && read.product === undefined)
      throw new UsageError(
        `${name} is of futures, whose ${symbol} is another product than spot's; name it by --product`,
      );
  }
  const compared: Compared[] = [];
  for (const path of read.compare)
    compared.push(comparedOf(await openBinanceFile(path, { interval: read.interval }), read));
  return { args: read, service, files, compared };
}

function comparedOf(file: BinanceFile, { product = file.symbol }: ImportArguments): Compared {
  const { name, kind, interval } = file;
  if (kind !== 'klines') throw new UsageError(`${name} holds ${kind}; --compare takes klines`);
  if (interval === undefined || !isComparableInterval(interval))
    throw new UsageError(
      `${name} is of interval ${interval}; candles are compared of ${comparableIntervals.join(', ')}`,
    );
  return { file, product, interval };
}

async function carryOut(plan: Plan, surroundings: ImportSurroundings): Promise<number> {
  const { stdout, stderr, signal } = surroundings;
  let good = true;
  if (plan.files.length > 0) {
    const outcome = await importWithProgress(plan, surroundings);
    stdout(reportOfImport(outcome));
    for (const product of productsIn(outcome))
      await withRetries(() => plan.service.archive(product), { ...surroundings.retries, signal });
    good = outcome.totals.rejected === 0;
  }
  for (const one of plan.compared) {
    if (signal?.aborted === true) break;
    const comparison = await compareOne(one, plan.service.candles);
    stdout(reportOfComparison(one.file.name, comparison));
    good &&= comparison.different === 0;
  }
  if (signal?.aborted !== true) return good ? 0 : 1;
  stderr('Interrupted; the same command goes on from there.\n');
  return 130;
}

/** The products that something was added to, where the import came to its end. */
const productsIn = ({ kind, files }: ImportOutcome): ReadonlySet<string> =>
  new Set(files.flatMap(({ product, accepted }) => (kind === 'finished' && accepted > 0 ? [product] : [])));

async function importWithProgress({ args, service, files }: Plan, given: ImportSurroundings): Promise<ImportOutcome> {
  const { newBar, stderr, signal, now = () => performance.now(), retries } = given;
  const display = newBar === undefined ? lineDisplay(stderr, now) : barDisplay(newBar);
  const { product, source, increments, restart, url: target } = args;
  try {
    return await importTrades(files, service.intake, given.checkpoints, {
      ...retries,
      product,
      source,
      increments,
      restart,
      target,
      signal,
      onProgress: (progress) => display.show(progress),
    });
  } finally {
    display.end();
  }
}

/** Asks for the candles of just the span that the klines are of. */
async function compareOne({ file, product, interval }: Compared, candles: CandlesReader): Promise<CandleComparison> {
  let from: string | undefined;
  let last: string | undefined;
  for await (const { start } of klinesOf(file)) {
    from ??= start;
    last = start;
  }
  if (from === undefined || last === undefined) throw new PortError('invalid', `${file.name} has no klines`);
  return compareCandles(klinesOf(file), candles({ product, interval, from, to: endOfInterval(last, interval) }));
}
