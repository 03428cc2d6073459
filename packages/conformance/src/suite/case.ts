import type { ConformanceRun, EngineKind, Guarantees, Harness } from '../harness.ts';

/** What has a suite: the kinds of port, and hosts, with one of its own for those of sockets. */
export type SuiteKind = 'table' | 'queue' | 'topic' | 'timer' | 'objects' | 'channel' | 'host' | 'socket host';

/** One promise of a contract, and how to see whether it is kept. */
export type Case<H extends AsyncDisposable = Harness> = CaseBase & (OneEngine<H> | ManyEngines<H>);

interface CaseBase {
  /** States the behaviour; unique within its suite. Deviations name cases by it. */
  readonly title: string;
  /** The guarantee that the contract makes this promise for; it runs where the adapter has it. */
  readonly needs?: keyof Guarantees;
}

interface OneEngine<H> {
  /**
   * Rejects when the promise is broken.
   *
   * @param crowd - How many to handle where there shall be more than any engine hands out at a time.
   */
  run(harness: H, crowd: number): Promise<void>;
}

interface ManyEngines<H> {
  /** As `run`, for a model that starts as many engines as it needs, one after the other. */
  runAll(start: () => Promise<H>): Promise<void>;
}

/** The cases that a run has to pass. */
export function casesFor<H extends AsyncDisposable>(
  cases: readonly Case<H>[],
  { guarantees = {} }: Pick<ConformanceRun<H>, 'guarantees'>,
): readonly Case<H>[] {
  return cases.filter(({ needs }) => needs === undefined || guarantees[needs] === true);
}

/** Runs one case on an engine of its own. @throws what the case throws, where the promise is broken. */
export async function runCase<H extends AsyncDisposable>(
  subject: Case<H>,
  { harness: start, engine }: Pick<ConformanceRun<H>, 'harness' | 'engine'>,
): Promise<void> {
  if ('runAll' in subject) return subject.runAll(start);
  await using harness = await start();
  await subject.run(harness, crowds[engine]);
}

/** Fewer where each is a request to another process, or to a server of this one. */
const crowds: Readonly<Record<EngineKind, number>> = { reference: 1_000, embedded: 1_000, emulator: 300, double: 300 };

/**
 * Runs a case that is known to fail.
 *
 * @throws {Error} when it passes. An engine that does not start is no deviation: its error is thrown, too.
 */
export async function runDeviation<H extends AsyncDisposable>(
  subject: Case<H>,
  run: Pick<ConformanceRun<H>, 'harness' | 'engine' | 'adapter'>,
  reason: string,
): Promise<void> {
  let startError: { readonly error: unknown } | undefined;
  const start = (): Promise<H> =>
    run.harness().catch((error: unknown) => {
      startError = { error };
      throw error;
    });
  const failed = await runCase(subject, { ...run, harness: start }).then(
    () => false,
    () => true,
  );
  if (startError !== undefined) throw startError.error;
  if (failed) return;
  throw new Error(`${run.adapter} passes "${subject.title}" by now; remove its deviation, which said: ${reason}`);
}

/** Deviations that name no case of this run: misspelt, or left behind by a renamed case. */
export function unknownDeviations<H extends AsyncDisposable>(
  cases: readonly Case<H>[],
  alsoKnown: readonly string[],
  run: ConformanceRun<H>,
): readonly string[] {
  const known = new Set([...casesFor(cases, run).map(({ title }) => title), ...alsoKnown]);
  return Object.keys(run.deviations ?? {}).filter((title) => !known.has(title));
}
