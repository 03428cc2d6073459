import type { EngineKind } from '../harness.ts';
import type { Parameters as Settings } from 'fast-check';

/** Whether time is virtual: then every run is replayed exactly from its seed, and waiting costs nothing. */
export const isVirtual = (engine: EngineKind): boolean => engine === 'reference' || engine === 'embedded';

/**
 * How many random runs a model makes, and from which seed. `PORTOLAN_PROPERTY_RUNS` sets the number;
 * `PORTOLAN_PROPERTY_SEED` replays what a failure printed.
 *
 * @param engine - Where time is real, every run costs seconds: few are made.
 * @throws {RangeError} for a number of runs that is none, so that no model passes without having run.
 */
export function settingsFor(
  engine: EngineKind,
  virtualRuns = 60,
  realRuns = 5,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings<unknown> {
  const numRuns = integer(environment, 'PORTOLAN_PROPERTY_RUNS', 1) ?? (isVirtual(engine) ? virtualRuns : realRuns);
  const seed = integer(environment, 'PORTOLAN_PROPERTY_SEED', -(2 ** 31));
  return { numRuns, ...(seed === undefined ? {} : { seed }) };
}

function integer(
  environment: Readonly<Record<string, string | undefined>>,
  variable: string,
  least: number,
): number | undefined {
  const text = environment[variable];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${variable} must be an integer of at least ${least}, not "${text}"`);
}
