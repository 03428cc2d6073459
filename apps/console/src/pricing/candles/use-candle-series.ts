import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Gap } from '../../api/answers.ts';
import { connection, pollMs } from '../../api/connection.ts';
import { serverClock } from '../../time/server-clock.ts';
import type { Interval } from '../interval.ts';
import type { LiveMarket } from '../live/live-market.ts';
import { paced } from '../paced.ts';
import { candleSource } from '../queries.ts';
import { CandleSeries, type SeriesState, type Timing } from './candle-series.ts';

/** How often what is written of candles changes, in milliseconds; the drawing follows every trade. */
const paceMs = 250;

const timing: Timing = {
  now: () => serverClock.now(),
  schedule(at, ring) {
    const inMs = pollMs(Math.max(0, at - serverClock.now()), connection.get(), Date.now());
    const timer = setTimeout(ring, inMs);
    return () => clearTimeout(timer);
  },
};

/** A series that knows whose candles it has. */
export class ProductSeries extends CandleSeries {
  readonly product: string;
  readonly #gone: AbortController;
  /** For what is written. */
  readonly subscribePaced: (listener: () => void) => () => void;

  constructor(product: string, interval: Interval) {
    const gone = new AbortController();
    super(interval, candleSource(product, gone.signal), timing);
    this.product = product;
    this.#gone = gone;
    this.subscribePaced = paced((listener) => this.subscribe(listener), paceMs);
  }

  override close(): void {
    super.close();
    this.#gone.abort();
  }
}

/** The candles of a product, live; `undefined` until there are any to be shown. */
export function useCandleSeries(
  product: string,
  interval: Interval,
  market: LiveMarket | undefined,
  gaps: readonly Gap[] | undefined,
): ProductSeries | undefined {
  const [series, setSeries] = useState<ProductSeries>();
  useEffect(() => {
    const opened = new ProductSeries(product, interval);
    setSeries(opened);
    void opened.read();
    return () => opened.close();
  }, [product, interval]);

  useEffect(() => {
    if (series === undefined) return;
    return market?.follow(series.product, {
      trades: (trades) => series.take(trades),
      minute: (candle) => series.takeMinute(candle),
      opened: () => void series.read(),
    });
  }, [market, series]);

  useEffect(() => {
    // Gaps of the product before say nothing of this one.
    if (gaps !== undefined && series?.product === product) series.takeGaps(gaps);
  }, [gaps, series, product]);

  useEffect(() => {
    // Timers sleep while the page is hidden.
    const wake = (): void => {
      if (!document.hidden) void series?.read();
    };
    document.addEventListener('visibilitychange', wake);
    return () => document.removeEventListener('visibilitychange', wake);
  }, [series]);
  // What was asked for before is none of it: for a moment, there is nothing.
  return series?.product === product && series.interval === interval ? series : undefined;
}

const loading: SeriesState = { kind: 'loading', older: 'more' };
const never = (): (() => void) => () => undefined;

export const useSeriesState = (series: ProductSeries | undefined): SeriesState =>
  useSyncExternalStore(series?.subscribe ?? never, series?.state ?? (() => loading));
