import { parseArgs } from 'node:util';
import { parseDecimal, placesOf } from '@portolan/pricing/decimal';
import { comparableIntervals, isComparableInterval, type ComparableInterval } from './intervals.ts';
import type { Increments } from '../import/increments.ts';

/** Where the platform listens unless it is told otherwise. */
export const defaultUrl = 'http://127.0.0.1:4400';

export const importHelp = `Imports trades from Binance's public data files, and compares candles with Binance's own.

  npm run pricing:import -- FILE… [--compare KLINES]…

FILE    trades or aggTrades, as https://data.binance.vision has them: SYMBOL-trades-2025-01-01.zip,
        SYMBOL-aggTrades-2025-01.zip; also unpacked (.csv) or packed with gzip. Import either trades or
        aggTrades of the same time, not both: they count the same trades twice.

  --compare KLINES       after the import, compare the product's candles with this file of klines (repeatable)
  --product ID           the product in the pricing domain           (the file's symbol; required for futures)
  --source NAME          the source that the trades are known by     (binance, binance-agg, binance-usdm, …)
  --interval I           of the klines: ${comparableIntervals.join(' ')}        (as the file's name tells)
  --price-increment D    increments of the product, such as 0.01;    (those that the trades need)
  --size-increment D     both or neither
  --url URL              the service                                 (${defaultUrl})
  --restart              begin each file again, whatever was imported before
  -h, --help

An import that was interrupted goes on where it was when the same command is run again. Trades that are known already are
counted as duplicates and change nothing.

Ends with 0; with 1 where rows were rejected, candles differ or the service failed; with 2 where the command or a file cannot
be used; with 130 after Ctrl+C.
`;

/** A command that cannot be meant, in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface ImportArguments {
  readonly kind: 'import';
  readonly files: readonly string[];
  readonly compare: readonly string[];
  readonly product: string | undefined;
  readonly source: string | undefined;
  readonly interval: ComparableInterval | undefined;
  readonly increments: Increments | undefined;
  readonly url: string;
  readonly restart: boolean;
}

const options = {
  compare: { type: 'string', multiple: true },
  product: { type: 'string' },
  source: { type: 'string' },
  interval: { type: 'string' },
  'price-increment': { type: 'string' },
  'size-increment': { type: 'string' },
  url: { type: 'string' },
  restart: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @throws {UsageError} for arguments that cannot be used. */
export function readImportArguments(args: readonly string[]): ImportArguments | { readonly kind: 'help' } {
  const { values, positionals: files } = parsed(args);
  if (values.help === true) return { kind: 'help' };
  const { compare = [], interval, url = defaultUrl, product, source, restart = false } = values;
  if (files.length === 0 && compare.length === 0) throw new UsageError('name a file to import');
  if (interval !== undefined && !isComparableInterval(interval))
    throw new UsageError(`--interval ${interval}: expected one of ${comparableIntervals.join(', ')}`);
  if (source !== undefined && !/^[a-z0-9-]{1,40}$/.test(source))
    throw new UsageError(`--source ${source}: expected 1 to 40 of a-z, 0-9 and "-"`);
  const increments = readIncrements(values['price-increment'], values['size-increment']);
  return { kind: 'import', files, compare, product, source, interval, increments, url, restart };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') !== true) throw error;
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function readIncrements(price: string | undefined, size: string | undefined): Increments | undefined {
  if (price === undefined && size === undefined) return undefined;
  if (price === undefined || size === undefined)
    throw new UsageError('--price-increment and --size-increment go together');
  for (const [name, value] of Object.entries({ price, size })) {
    if (!(parseDecimal(value, placesOf(value) ?? 0)! > 0))
      throw new UsageError(`--${name}-increment ${value}: expected a plain decimal above 0, such as 0.01`);
  }
  return { price, size };
}
