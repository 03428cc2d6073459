import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConformanceRun, EngineKind } from '../harness.ts';
import type { PortKind } from './case.ts';

/** How one case ended. */
export interface CaseRecord {
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'deviates';
  /** Why it deviates. */
  readonly reason?: string;
}

/** What a run of one suite (or model) found: a file in `dist/conformance`, read by the support matrix. */
export interface RunRecord {
  readonly kind: PortKind;
  readonly suite: 'conformance' | 'model';
  readonly cloud: string;
  readonly adapter: string;
  readonly engine: EngineKind;
  /** Guarantees that the adapter claims, sorted. */
  readonly guarantees: readonly string[];
  /** In the order of the suite. */
  readonly cases: readonly CaseRecord[];
}

/** Where records go, below the folder that the tests run in. */
export const recordsFolder = 'dist/conformance';

export function recordOf(
  kind: PortKind,
  suite: RunRecord['suite'],
  { cloud, adapter, engine, guarantees = {} }: ConformanceRun,
  cases: readonly CaseRecord[],
): RunRecord {
  const claimed = Object.entries(guarantees).flatMap(([name, claims]) => (claims === true ? [name] : []));
  return { kind, suite, cloud, adapter, engine, guarantees: claimed.sort(), cases };
}

/** Writes `<cloud>-<adapter>.json`; a model's beside it, since the two may run in different processes at one time. */
export async function writeRecord(record: RunRecord, folder: string): Promise<void> {
  const name = `${record.cloud}-${record.adapter}${record.suite === 'model' ? '.model' : ''}.json`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `${JSON.stringify(record, null, 2)}\n`);
}
