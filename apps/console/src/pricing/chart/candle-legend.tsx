import { useSyncExternalStore } from 'react';
import type { Product } from '../../api/answers.ts';
import { formatInstant } from '../../time/instant.ts';
import type { Bar, Standing } from '../candles/bar.ts';
import type { ProductSeries } from '../candles/use-candle-series.ts';
import { placesOf, toPlaces } from '../decimal.ts';

interface CandleLegendProps {
  readonly series: ProductSeries | undefined;
  readonly product: Product;
  /** The start of the candle that is pointed at; the newest one without. */
  readonly pointed: number | undefined;
}

const never = (): (() => void) => () => undefined;

const standings: Readonly<Record<Standing, string>> = {
  running: 'still running',
  settling: 'just ended',
  complete: 'complete',
  incomplete: 'trades may be missing',
};

/** A candle in words and numbers: the one that is pointed at, or the newest. */
export function CandleLegend({ series, product, pointed }: CandleLegendProps) {
  const newest = useSyncExternalStore(series?.subscribePaced ?? never, () => series?.bars.at(-1));
  const bar = (pointed === undefined ? undefined : series?.find(pointed)) ?? newest;
  if (bar === undefined || series === undefined) return <p className="candle-legend hint">Loading candles…</p>;
  const places = placesOf(product.priceIncrement);
  const standing = series.standing(bar);
  return (
    <dl className="candle-legend" aria-label={bar === newest ? 'Newest candle' : 'Candle'}>
      <div className="candle-start">
        <dt className="visually-hidden">Start and state</dt>
        <dd>
          <time dateTime={new Date(bar.at).toISOString()}>{formatInstant(bar.at)}</time>
        </dd>
        <dd data-standing={standing}>{standings[standing]}</dd>
      </div>
      {valuesOf(bar, places).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-trend={name === 'Close' ? trendOf(bar) : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const trendOf = ({ open, close }: Bar): 'up' | 'down' => (Number(close) >= Number(open) ? 'up' : 'down');

function valuesOf({ open, high, low, close, volume, vwap, count }: Bar, places: number) {
  return [
    ['Open', toPlaces(open, places)],
    ['High', toPlaces(high, places)],
    ['Low', toPlaces(low, places)],
    ['Close', toPlaces(close, places)],
    ['Volume', volume],
    ['VWAP', vwap === null ? '–' : toPlaces(vwap, places)],
    ['Trades', count.toLocaleString()],
  ] as const;
}
