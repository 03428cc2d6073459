import type { Figures } from '../measure/figures.ts';
import { runChild } from '../process/run-child.ts';
import type { AggregatorName } from './aggregate/aggregator.ts';
import type { AggregateSize, TradeOrder } from './measure/aggregate.ts';
import type { FanoutPlaces, FanoutSize } from './measure/fanout.ts';
import type { ImportPlaces } from './measure/import.ts';
import type { IngestSize } from './measure/ingest.ts';
import type { QuerySize } from './measure/query.ts';
import type { YearSize } from './measure/year.ts';

/** Whether the service is asked in the same process, or one in another process over HTTP. */
export type Way = 'in process' | 'over HTTP';

interface Profilable {
  /** Where to write a CPU profile of what is measured. */
  readonly profile?: string | undefined;
  /** Likewise of all that the platform does, where it runs in another process. */
  readonly platformProfile?: string | undefined;
}

interface OnService {
  readonly way: Way;
  readonly folder: string;
}

/** What one child process measures, or prepares. Plain data, since it travels as an argument. */
export type Job = Profilable &
  (
    | {
        readonly kind: 'aggregate';
        readonly by: AggregatorName;
        readonly order: TradeOrder;
        readonly size: AggregateSize;
      }
    | ({ readonly kind: 'ingest'; readonly size: IngestSize } & OnService)
    | { readonly kind: 'write-csv'; readonly file: string; readonly rows: number }
    | ({ readonly kind: 'import' } & ImportPlaces)
    | { readonly kind: 'fill-year'; readonly folder: string; readonly size: YearSize }
    | ({ readonly kind: 'candles'; readonly size: QuerySize } & OnService)
    | { readonly kind: 'average'; readonly folder: string; readonly size: QuerySize }
    | ({ readonly kind: 'fanout'; readonly size: FanoutSize } & FanoutPlaces)
  );

const entry = new URL('./child.ts', import.meta.url);

/** Does a job in a process of its own. */
export const runJob = (job: Job): Promise<Figures> => runChild(entry, job, job.kind);
