import type { Stats } from '../../api/answers.ts';
import { formatLateness } from '../../time/duration.ts';
import { useStats } from '../queries.ts';
import { LatenessChart } from './lateness-chart.tsx';

/** Counts, and how late runs began in the last hour. */
export function Overview() {
  const { data, error } = useStats();
  return (
    <section className="overview" aria-label="Counts and lateness">
      <dl className="tiles">
        <Tile label="Open" value={countOf(data?.open)} hint="tasks not finished" />
        <Tile label="Fired" value={countOf(data?.fired)} hint="runs started, ever" />
        <Tile label="Failed" value={countOf(data?.failed)} hint="runs given up, ever" bad={(data?.failed ?? 0) > 0} />
        <Tile label="Lateness p50" value={latenessOf(data, 'p50Ms')} hint="last hour" />
        <Tile label="Lateness p99" value={latenessOf(data, 'p99Ms')} hint="last hour" />
        <Tile label="Lateness max" value={latenessOf(data, 'maxMs')} hint="last hour" />
      </dl>
      <LatenessChart minutes={data?.minutes} error={error} />
    </section>
  );
}

const countOf = (count: number | undefined): string => (count === undefined ? '–' : count.toLocaleString());
const latenessOf = (stats: Stats | undefined, name: keyof Stats['lateness']): string =>
  formatLateness(stats?.lateness[name] ?? null);

interface TileProps {
  readonly label: string;
  readonly value: string;
  readonly hint: string;
  readonly bad?: boolean;
}

function Tile({ label, value, hint, bad }: TileProps) {
  return (
    <div className="tile" data-bad={bad}>
      <dt>{label}</dt>
      <dd className="tile-value">{value}</dd>
      <dd className="hint">{hint}</dd>
    </div>
  );
}
