import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export const measurementNames = ['create', 'lateness', 'drain', 'million', 'http'] as const;
export type MeasurementName = (typeof measurementNames)[number];

export interface Options {
  readonly only: readonly MeasurementName[];
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

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm run bench -- [options]

Measures the embedded platform, beside BullMQ, pg-boss and graphile-worker where Redis and PostgreSQL are found.

  --only <names>   Measurements, comma separated: ${measurementNames.join(', ')}. Default: all
  --runs <n>       Runs of each, of which the median counts. Default: 3
  --no-peers       Only the platform
  --quick          A tenth of the sizes and one run unless --runs is given: to try it out, not for figures
  --profile        Also a CPU profile of create and drain, with the functions that took the most time
  --lead <s>       Seconds for putting tasks in before the drain. Default: 2 and 0.2 per thousand tasks
  --help           This text

BENCH_DATA names a folder on the disk to measure (default: the system's folder for temporary files).
Results are written to dist/bench/results.json. A figure that is missed is shown and fails nothing; a task that is
lost or early does.`;

/** @throws {UsageError} naming what was given and what was expected. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parse(args);
  const quick = values.quick ?? false;
  return {
    only: readOnly(values.only),
    runs: values.runs === undefined ? (quick ? 1 : 3) : readNumber('--runs', values.runs, 1, 99),
    peers: values.peers ?? true,
    quick,
    profile: values.profile ?? false,
    leadMs: values.lead === undefined ? undefined : readNumber('--lead', values.lead, 1, 600) * 1_000,
    dataFolder: environment['BENCH_DATA'] ?? tmpdir(),
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
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

function readOnly(text: string | undefined): readonly MeasurementName[] {
  if (text === undefined) return measurementNames;
  return text.split(',').map((name) => {
    const known = measurementNames.find((one) => one === name.trim());
    if (known !== undefined) return known;
    throw new UsageError(`--only: "${name}" is no measurement; expected some of ${measurementNames.join(', ')}`);
  });
}

function readNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`${option}: expected a whole number from ${min} to ${max}, not "${text}"`);
}
