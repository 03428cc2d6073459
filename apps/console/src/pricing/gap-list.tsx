import type { Gap } from '../api/answers.ts';
import { messageOf } from '../api/problem.ts';
import { DataTable } from '../ui/data-table.tsx';
import { At } from '../ui/time.tsx';

/** Gaps in the list. */
const shown = 20;

interface GapListProps {
  readonly product: string;
  /** The newest first. */
  readonly gaps: readonly Gap[] | undefined;
  /** Whether there are older ones. */
  readonly more: boolean;
  readonly error: Error | null;
}

/** Trades that are missing for sure, by the numbers of those around them. */
export function GapList({ product, gaps, more, error }: GapListProps) {
  const missing = gaps?.reduce((sum, gap) => sum + gap.missing, 0) ?? 0;
  return (
    <section className="panel" aria-labelledby="gaps-title">
      <div className="panel-head">
        <h2 id="gaps-title">Gaps</h2>
        <p className="hint">{gaps === undefined ? statusOf(error) : sentenceOf(product, gaps.length, missing, more)}</p>
      </div>
      {gaps === undefined || gaps.length === 0 ? null : (
        <DataTable
          caption={`Gaps of ${product}, the newest first`}
          rows={gaps.slice(0, shown)}
          keyOf={({ source, first }) => `${source}/${first}`}
          columns={[
            { name: 'Missing ids', headline: true, cell: ({ first, last }) => <IdRange first={first} last={last} /> },
            { name: 'Trades', numeric: true, cell: (gap) => gap.missing.toLocaleString() },
            { name: 'After', cell: ({ after }) => <At iso={after} /> },
            { name: 'Before', cell: ({ before }) => <At iso={before} /> },
            { name: 'Source', cell: ({ source }) => source },
          ]}
        />
      )}
    </section>
  );
}

function IdRange({ first, last }: { readonly first: string; readonly last: string }) {
  return <span data-literal="">{first === last ? first : `${first} – ${last}`}</span>;
}

const statusOf = (error: Error | null): string => (error === null ? 'Loading…' : messageOf(error));

function sentenceOf(product: string, gaps: number, missing: number, more: boolean): string {
  if (gaps === 0) return `No trade of ${product} is known to be missing.`;
  const trades = missing === 1 ? '1 trade is' : `${missing.toLocaleString()} trades are`;
  const where = gaps === 1 ? 'one gap' : `${more ? 'the newest ' : ''}${gaps.toLocaleString()} gaps`;
  return `${trades} missing in ${where}${gaps > shown ? `, of which the ${more ? 'first' : 'newest'} ${shown} are shown` : ''}.`;
}
