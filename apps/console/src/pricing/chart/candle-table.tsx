import { useState, useSyncExternalStore } from 'react';
import type { Product } from '../../api/answers.ts';
import { formatInstant } from '../../time/instant.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { ProductSeries } from '../candles/use-candle-series.ts';
import { placesOf, toPlaces } from '../decimal.ts';

/** Candles in the table. */
const shown = 30;

const never = (): (() => void) => () => undefined;

/** The newest candles as a table, for those who cannot see the chart or want its numbers. */
export function CandleTable(props: { readonly series: ProductSeries | undefined; readonly product: Product }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="candle-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>As a table</summary>
      {isOpen ? <Rows {...props} /> : null}
    </details>
  );
}

function Rows({ series, product }: { readonly series: ProductSeries | undefined; readonly product: Product }) {
  const bars = useSyncExternalStore(series?.subscribePaced ?? never, () => series?.bars) ?? [];
  const places = placesOf(product.priceIncrement);
  return (
    <DataTable
      caption={`Candles of ${product.id}, the newest first`}
      rows={bars.slice(-shown).toReversed()}
      keyOf={({ at }) => String(at)}
      columns={[
        { name: 'Start', headline: true, cell: ({ at }) => formatInstant(at) },
        { name: 'Open', numeric: true, cell: ({ open }) => toPlaces(open, places) },
        { name: 'High', numeric: true, cell: ({ high }) => toPlaces(high, places) },
        { name: 'Low', numeric: true, cell: ({ low }) => toPlaces(low, places) },
        { name: 'Close', numeric: true, cell: ({ close }) => toPlaces(close, places) },
        { name: 'Volume', numeric: true, cell: ({ volume }) => volume },
        { name: 'Trades', numeric: true, cell: ({ count }) => count.toLocaleString() },
        { name: 'Complete', cell: (bar) => completeness[series!.standing(bar)] },
      ]}
    />
  );
}

const completeness = { running: 'running', settling: 'just ended', complete: 'yes', incomplete: 'no' } as const;
