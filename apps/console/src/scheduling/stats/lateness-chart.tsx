import { useMemo } from 'react';
import type { Stats } from '../../api/answers.ts';
import { messageOf } from '../../api/problem.ts';
import { formatLateness } from '../../time/duration.ts';
import { formatMinute } from '../../time/instant.ts';
import { useNow } from '../../time/use-now.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { lastHour, summaryOf, type Minute } from './series.ts';
import { usePlot } from './use-plot.ts';

const minuteMs = 60_000;

interface LatenessChartProps {
  readonly minutes: Stats['minutes'] | undefined;
  /** Why the latest numbers could not be read. */
  readonly error: Error | null;
}

/** Lateness and starts of the last hour: a drawing, the same in a sentence, and as a table. */
export function LatenessChart({ minutes, error }: LatenessChartProps) {
  const thisMinute = Math.floor(useNow() / minuteMs) * minuteMs;
  const hour = useMemo(() => lastHour(minutes ?? [], thisMinute), [minutes, thisMinute]);
  const isEmpty = hour.every(({ fired }) => fired === 0);
  const plot = usePlot(hour);
  return (
    <figure className="chart">
      <div className="chart-head">
        <h2>Last hour</h2>
        <ul className="legend" aria-hidden="true">
          <li data-series="fired">runs started</li>
          <li data-series="p50">lateness p50</li>
          <li data-series="p99">lateness p99</li>
        </ul>
      </div>
      <div className="plot" ref={plot} aria-hidden="true" data-empty={isEmpty} />
      {isEmpty && minutes !== undefined ? (
        <p className="plot-empty">Runs show up here, minute by minute, as they start.</p>
      ) : null}
      <figcaption>
        <p className="hint">
          {minutes === undefined ? (error === null ? 'Loading…' : messageOf(error)) : summaryOf(hour)}
        </p>
        {isEmpty ? null : (
          <details>
            <summary>As a table</summary>
            <MinuteTable minutes={hour.filter(({ fired }) => fired > 0).toReversed()} />
          </details>
        )}
      </figcaption>
    </figure>
  );
}

function MinuteTable({ minutes }: { readonly minutes: readonly Minute[] }) {
  return (
    <DataTable
      caption="Runs started and lateness by minute, the latest first"
      rows={minutes}
      keyOf={({ start }) => String(start)}
      columns={[
        { name: 'Minute', headline: true, cell: ({ start }) => formatMinute(start) },
        { name: 'Started', numeric: true, cell: ({ fired }) => fired.toLocaleString() },
        { name: 'p50', numeric: true, cell: ({ p50Ms }) => formatLateness(p50Ms) },
        { name: 'p99', numeric: true, cell: ({ p99Ms }) => formatLateness(p99Ms) },
      ]}
    />
  );
}
