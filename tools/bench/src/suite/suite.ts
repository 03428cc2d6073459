import type { Limit } from '../report/limits.ts';
import type { Column } from '../report/table.ts';
import type { Series } from './series.ts';

/** What a suite tells while it works: a full one takes many minutes. */
export type Progress = (line: string) => void;

/** How a measurement is shown. */
export interface Presentation {
  readonly title: string;
  readonly columns: readonly Column[];
}

/** What a suite came to. */
export interface Outcome {
  readonly series: readonly Series[];
  readonly limits: readonly Limit[];
  /** What must hold whatever the speed: a sentence for each run in which it did not. */
  readonly faults: readonly string[];
  /** What was measured beside the platform, with versions. */
  readonly beside: readonly string[];
}

/** Measurements that are asked for together, ready to be made. */
export interface Suite {
  /** One line for each peer that cannot be measured here: what was skipped, and how to get it. */
  readonly skipped: readonly string[];
  /** Each measurement that was asked for. */
  readonly shown: readonly (Presentation & { readonly measurement: Series['measurement'] })[];
  measure(progress: Progress): Promise<Outcome>;
  /** Profiles ours, apart from the measurements, which a profiler slows. @param folder - Where profiles go. */
  profile(folder: string, progress: Progress): Promise<readonly Profiled[]>;
}

/** A CPU profile of one measurement. */
export interface Profiled {
  /** `create of Portolan, webhook target` */
  readonly what: string;
  readonly file: string;
}
