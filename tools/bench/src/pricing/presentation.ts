import type { MeasurementName } from '../options.ts';
import { mb, ms, perSecond, plain } from '../report/table.ts';
import type { Presentation } from '../suite/suite.ts';

export const presentations: Readonly<Record<MeasurementName<'pricing'>, Presentation>> = {
  aggregate: {
    title: 'Aggregation: trades into candles of a minute, one thread',
    columns: [
      ['trades', 'perSecond', perSecond],
      ['lost', 'lost', plain],
    ],
  },
  ingest: {
    title: 'Ingest: batches of 5,000 trades, durable, until the last interval stands in the archive',
    columns: [
      ['trades', 'perSecond', perSecond],
      ['into the table', 'postedPerSecond', perSecond],
      ['then the archive', 'archiveMs', ms],
      ['lost', 'lost', plain],
      ['memory of the platform', 'peakRssMb', mb],
    ],
  },
  import: {
    title: "Import: a file of trades in Binance's format",
    columns: [
      ['imported in', 'importMs', ms],
      ['trades', 'perSecond', perSecond],
      ['then the archive', 'archiveMs', ms],
      ['memory of the import', 'importerRssMb', mb],
      ['of the platform', 'platformRssMb', mb],
      ['lost', 'lost', plain],
    ],
  },
  query: {
    title: 'Queries over a year of minutes, one after another',
    columns: [
      ['p50', 'p50Ms', ms],
      ['p99', 'p99Ms', ms],
      ['max', 'maxMs', ms],
      ['objects p50', 'readsP50', plain],
      ['max', 'readsMax', plain],
      ['lost', 'lost', plain],
    ],
  },
  fanout: {
    title: 'Fan-out: from the post of a trade until a client has it',
    columns: [
      ['p50', 'p50Ms', ms],
      ['p99', 'p99Ms', ms],
      ['max', 'maxMs', ms],
      ['last client, p50', 'lastP50Ms', ms],
      ['lost', 'lost', plain],
      ['memory of the platform', 'peakRssMb', mb],
    ],
  },
};
