import { formatRelative } from '../time/duration.ts';
import { browserZone, formatWall, offsetOf } from '../time/instant.ts';
import { useNow } from '../time/use-now.ts';

interface RunListProps {
  /** Milliseconds since 1970, ascending. */
  readonly runs: readonly number[];
  /** The zone of the schedule. */
  readonly zone: string;
}

/** Runs to come: on the wall of the schedule's zone, on the browser's where that is another, and how far they are. */
export function RunList({ runs, zone }: RunListProps) {
  const now = useNow();
  const own = browserZone();
  return (
    <ol className="runs">
      {runs.map((at, index) => {
        const offset = offsetOf(at, zone);
        const before = runs[index - 1];
        const changes = before !== undefined && offsetOf(before, zone) !== offset;
        return (
          <li key={at}>
            <time dateTime={new Date(at).toISOString()}>
              {formatWall(at, zone)} <span className="hint">{offset}</span>
            </time>
            {changes ? <span className="tag">clocks change</span> : null}
            <span className="relative hint">{formatRelative(at, now)}</span>
            {own === zone ? null : <span className="own-zone hint">Yours: {formatWall(at, own)}</span>}
          </li>
        );
      })}
    </ol>
  );
}
