import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

/** What can be measured, by suite, in the order that it is measured in. */
export const suites = {
  scheduling: ['create', 'lateness', 'drain', 'million', 'http'],
  pricing: ['aggregate', 'ingest', 'import', 'query', 'fanout'],
} as const;
export type SuiteName = keyof typeof suites;
export type MeasurementName<Suite extends SuiteName = SuiteName> = (typeof suites)[Suite][number];

/** What is asked of one suite. */
export interface SuiteOptions<Suite extends SuiteName = SuiteName> {
  readonly suite: Suite;
  readonly only: readonly MeasurementName<Suite>[];
  /** Runs of each measurement, 1 to 99. */
  readonly runs: number;
  readonly peers: boolean;
  /** A tenth of the sizes: to see that everything works, not for figures. */
  readonly quick: boolean;
  readonly profile: boolean;
  /** Time to put tasks in before the drain, in milliseconds; `undefined` for what the size usually needs. */
  readonly leadMs: number | undefined;
  /** Folder on the disk to measure. */
  readonly dataFolder: string;
  readonly help: boolean;
}

export type Options = { [Suite in SuiteName]: SuiteOptions<Suite> }[SuiteName];

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run bench -- [options]

Measures the embedded platform: scheduling beside BullMQ, pg-boss and graphile-worker where Redis and PostgreSQL are found, or
pricing beside ccxt.

  --suite <name>   ${Object.keys(suites).join(' or ')}. Default: scheduling
  --only <names>   Measurements of the suite, comma separated. Default: all of them
                   scheduling: ${suites.scheduling.join(', ')}
                   pricing: ${suites.pricing.join(', ')}
  --runs <n>       Runs of each, of which the median counts. Default: 3
  --no-peers       Only the platform
  --quick          A tenth of the sizes and one run unless --runs is given: to try it out, not for figures
  --profile        Also a CPU profile of what takes the processor, with the functions that took the most time
  --lead <s>       Seconds for putting tasks in before the drain. Default: 2 and 0.2 per thousand tasks
  --help           This text

BENCH_DATA names a folder on the disk to measure (default: the system's folder for temporary files).
Results are written to dist/bench/results.json, those of pricing to dist/bench/results-pricing.json. A figure that is missed is
shown and fails nothing; a task or a trade that is lost does, and a task that is early.`;

/** @throws {UsageError} naming what was given and what was expected. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parse(args);
  const quick = values.quick ?? false;
  const common = {
    runs: values.runs === undefined ? (quick ? 1 : 3) : readNumber('--runs', values.runs, 1, 99),
    peers: values.peers ?? true,
    quick,
    profile: values.profile ?? false,
    leadMs: values.lead === undefined ? undefined : readNumber('--lead', values.lead, 1, 600) * 1_000,
    dataFolder: environment['BENCH_DATA'] ?? tmpdir(),
    help: values.help ?? false,
  };
  switch (values.suite ?? 'scheduling') {
    case 'scheduling':
      return { suite: 'scheduling', only: readOnly('scheduling', values.only), ...common };
    case 'pricing':
      return { suite: 'pricing', only: readOnly('pricing', values.only), ...common };
    default:
      throw new UsageError(`--suite: "${values.suite}" is no suite; expected ${Object.keys(suites).join(' or ')}`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        suite: { type: 'string' },
        only: { type: 'string' },
        runs: { type: 'string' },
        peers: { type: 'boolean' },
        quick: { type: 'boolean' },
        profile: { type: 'boolean' },
        lead: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function readOnly<Suite extends SuiteName>(suite: Suite, text: string | undefined): readonly MeasurementName<Suite>[] {
  const names: readonly MeasurementName<Suite>[] = suites[suite];
  if (text === undefined) return names;
  return text.split(',').map((name) => {
    const known = names.find((one) => one === name.trim());
    if (known !== undefined) return known;
    throw new UsageError(`--only: "${name}" is no measurement of ${suite}; expected some of ${names.join(', ')}`);
  });
}

function readNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`${option}: expected a whole number from ${min} to ${max}, not "${text}"`);
}
