import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConformanceRun, EngineKind } from '../harness.ts';
import type { SuiteKind } from './case.ts';

/** How one case ended. */
export interface CaseRecord {
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'deviates';
  /** Why it deviates. */
  readonly reason?: string;
}

/** What a run of one suite (or model) found: a file in `dist/conformance`, read by the support matrix. */
export interface RunRecord {
  readonly kind: SuiteKind;
  readonly suite: 'conformance' | 'model';
  readonly cloud: string;
  readonly adapter: string;
  readonly engine: EngineKind;
  /** The program that not every machine has. */
  readonly found?: string;
  /** Guarantees that the adapter claims, sorted. */
  readonly guarantees: readonly string[];
  /** In the order of the suite. */
  readonly cases: readonly CaseRecord[];
}

/** Where records go, below the folder that the tests run in. */
export const recordsFolder = 'dist/conformance';

export function recordOf(
  kind: SuiteKind,
  suite: RunRecord['suite'],
  { cloud, adapter, engine, found, guarantees = {} }: Omit<ConformanceRun, 'harness'>,
  cases: readonly CaseRecord[],
): RunRecord {
  const claimed = Object.entries(guarantees).flatMap(([name, claims]) => (claims === true ? [name] : []));
  const program = found === undefined ? {} : { found };
  return { kind, suite, cloud, adapter, engine, ...program, guarantees: claimed.sort(), cases };
}

/**
 * Writes `<cloud>-<adapter>.json`; those of a host's sockets, of a model, and of an engine that was found, beside it: they
 * may run in different processes at one time.
 */
export async function writeRecord(record: RunRecord, folder: string): Promise<void> {
  const { kind, cloud, adapter, found, suite } = record;
  const parts = [
    `${cloud}-${adapter}`,
    ...(kind === 'socket host' ? ['sockets'] : []),
    ...(found === undefined ? [] : [found]),
    ...(suite === 'model' ? ['model'] : []),
  ];
  const name = `${parts.join('.')}.json`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `${JSON.stringify(record, null, 2)}\n`);
}
