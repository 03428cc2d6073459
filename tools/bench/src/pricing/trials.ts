import type { MeasurementName } from '../options.ts';
import type { Series } from '../suite/series.ts';
import type { Job } from './job.ts';
import type { Sizes } from './sizes.ts';

interface Trial {
  readonly measurement: MeasurementName<'pricing'>;
  /** As tables name it. */
  readonly title: string;
}

/** What is measured, in the order of the tables. Only `ccxt` is somebody else's. */
export const trials = {
  fold: { measurement: 'aggregate', title: 'Portolan' },
  ccxt: { measurement: 'aggregate', title: 'ccxt, floats, no deduplication' },
  shuffled: { measurement: 'aggregate', title: 'Portolan, shuffled' },
  twice: { measurement: 'aggregate', title: 'Portolan, each trade twice' },
  ingest: { measurement: 'ingest', title: 'in process' },
  'ingest-http': { measurement: 'ingest', title: 'over HTTP' },
  import: { measurement: 'import', title: 'over HTTP' },
  candles: { measurement: 'query', title: 'candles of a day, in process' },
  'candles-http': { measurement: 'query', title: 'candles of a day, over HTTP' },
  average: { measurement: 'query', title: 'average over any span, in process' },
  fanout: { measurement: 'fanout', title: 'trades, each to all clients' },
} as const satisfies Record<string, Trial>;

export type TrialName = keyof typeof trials;

export const trialNames = Object.keys(trials) as readonly TrialName[];

/** All runs of one trial. */
export interface TrialSeries extends Series {
  readonly measurement: MeasurementName<'pricing'>;
  readonly trial: TrialName;
}

/** Where a trial finds what was prepared for all runs, and a folder of its own. */
export interface Places {
  readonly folder: string;
  /** A file of trades. */
  readonly csv: string;
  /** A platform with a year of minutes. Asking changes nothing in it, so that all share it. */
  readonly year: string;
}

export function jobOf(trial: TrialName, sizes: Sizes, { folder, csv, year }: Places): Job {
  switch (trial) {
    case 'fold':
    case 'ccxt':
      return { kind: 'aggregate', by: trial, order: 'in order', size: sizes.aggregate };
    case 'shuffled':
    case 'twice':
      return { kind: 'aggregate', by: 'fold', order: trial, size: sizes.aggregate };
    case 'ingest':
      return { kind: 'ingest', way: 'in process', folder, size: sizes.ingest };
    case 'ingest-http':
      return { kind: 'ingest', way: 'over HTTP', folder, size: sizes.ingest };
    case 'import':
      return { kind: 'import', folder, file: csv, rows: sizes.import.rows };
    case 'candles':
      return { kind: 'candles', way: 'in process', folder: year, size: sizes.candles };
    case 'candles-http':
      return { kind: 'candles', way: 'over HTTP', folder: year, size: sizes.candles };
    case 'average':
      return { kind: 'average', folder: year, size: sizes.average };
    case 'fanout':
      return { kind: 'fanout', folder, size: sizes.fanout };
  }
}
