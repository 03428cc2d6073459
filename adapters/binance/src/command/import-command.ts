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
import {
  barDisplay,
  lineDisplay,
  type ProgressBar,
  type ProgressBarOptions,
  type ProgressDisplay,
} from './progress.ts';
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
  readonly connect?: ((url: string, retries: Retries) => PricingService) | undefined;
  /** Milliseconds of any clock that does not jump. @default the process's */
  readonly now?: (() => number) | undefined;
  readonly retries?: Omit<Retries, 'signal' | 'onTrouble'> | undefined;
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
    stderr(isOutOfReach(error) ? gaveUp(plan.args.url, error) : `${printable(error.message)}\nStopped; ${goesOn}`);
    return 1;
  }
}

const goesOn = 'the same command goes on from there.\n';

const isOutOfReach = ({ code }: PortError): boolean => code === 'unavailable' || code === 'timeout';

const gaveUp = (url: string, { message }: PortError): string =>
  `Gave up: the platform at ${printable(url)} does not answer (${printable(message)}); ${goesOn}`;

/** Says what is waited for when a wait begins, not at each try. One that is only busy is nothing to tell of. */
function tellingOfWaits(url: string, say: (text: string) => void): (failure: PortError | undefined) => void {
  let told = false;
  return (failure) => {
    const tell = failure !== undefined && isOutOfReach(failure) && !told;
    told = failure !== undefined && (told || tell);
    if (tell) say(`Waiting for the platform at ${printable(url)} (${printable(failure.message)})\n`);
  };
}

interface Plan {
  readonly args: ImportArguments;
  readonly service: PricingService;
  readonly retries: Retries;
  readonly display: ProgressDisplay;
  readonly files: readonly BinanceFile[];
  readonly compared: readonly Compared[];
}

interface Compared {
  readonly file: BinanceFile;
  readonly product: string;
  readonly interval: ComparableInterval;
}

/** Everything is opened before anything is imported, so that a mistake in the last name is told at once. */
async function planOf(args: readonly string[], given: ImportSurroundings): Promise<Plan | 'help'> {
  const { connect = httpPricing, newBar, stderr, signal, now = () => performance.now() } = given;
  const read = readImportArguments(args);
  if (read.kind === 'help') return 'help';
  const display = newBar === undefined ? lineDisplay(stderr, now) : barDisplay(newBar);
  const onTrouble = tellingOfWaits(read.url, (text) => {
    display.end();
    stderr(text);
  });
  const retries: Retries = { ...given.retries, onTrouble, signal };
  const service = connect(read.url, retries);
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
  return { args: read, service, retries, display, files, compared };
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
    for (const product of productsIn(outcome)) await withRetries(() => plan.service.archive(product), plan.retries);
    good = outcome.totals.rejected === 0;
  }
  for (const one of plan.compared) {
    if (signal?.aborted === true) break;
    const comparison = await compareOne(one, plan.service.candles);
    stdout(reportOfComparison(one.file.name, comparison));
    good &&= comparison.different === 0;
  }
  if (signal?.aborted !== true) return good ? 0 : 1;
  stderr(`Interrupted; ${goesOn}`);
  return 130;
}

/** The products that something was added to, where the import came to its end. */
const productsIn = ({ kind, files }: ImportOutcome): ReadonlySet<string> =>
  new Set(files.flatMap(({ product, accepted }) => (kind === 'finished' && accepted > 0 ? [product] : [])));

async function importWithProgress(plan: Plan, { checkpoints }: ImportSurroundings): Promise<ImportOutcome> {
  const { args, service, retries, display, files } = plan;
  const { product, source, increments, restart, url: target } = args;
  try {
    return await importTrades(files, service.intake, checkpoints, {
      ...retries,
      product,
      source,
      increments,
      restart,
      target,
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
