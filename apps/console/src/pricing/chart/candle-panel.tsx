import { useMemo, useState, type KeyboardEvent } from 'react';
import type { Gap, Product } from '../../api/answers.ts';
import { messageOf } from '../../api/problem.ts';
import { formatInstant } from '../../time/instant.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { useCandleSeries, useSeriesState, type ProductSeries } from '../candles/use-candle-series.ts';
import { placesOf } from '../decimal.ts';
import { intervals, nameOf, type Interval } from '../interval.ts';
import type { LiveMarket } from '../live/live-market.ts';
import { NoTrades } from '../no-prices.tsx';
import { CandleLegend } from './candle-legend.tsx';
import { CandleTable } from './candle-table.tsx';
import type { CandleDrawing } from './draw-candles.ts';
import { gapMarks } from './gap-marks.ts';
import { useDrawing } from './use-drawing.ts';

interface CandlePanelProps {
  readonly product: Product;
  readonly interval: Interval;
  readonly onInterval: (interval: Interval) => void;
  readonly market: LiveMarket | undefined;
  readonly gaps: readonly Gap[] | undefined;
}

/** The chart of a product: its intervals, the candle that is pointed at in words, and the candles as a table. */
export function CandlePanel({ product, interval, onInterval, market, gaps }: CandlePanelProps) {
  const series = useCandleSeries(product.id, interval, market, gaps);
  const state = useSeriesState(series);
  const [pointed, setPointed] = useState<number>();
  const [isNewestSeen, setNewestSeen] = useState(true);
  const marks = useMemo(() => gapMarks(gaps ?? [], interval), [gaps, interval]);
  const [home, drawing] = useDrawing(series, placesOf(product.priceIncrement), marks, {
    pointed: setPointed,
    nearStart: () => void series?.loadOlder(),
    newestSeen: setNewestSeen,
  });
  return (
    <section className="panel candle-panel" aria-label={`Candles of ${product.id}`}>
      <div className="candle-tools">
        <Choice
          legend="Interval"
          hideLegend
          value={interval}
          onChange={onInterval}
          options={intervals.map((value) => ({ value, label: value }))}
        />
        <div className="actions">
          <IconButton icon="minus" label="Show more candles" onClick={() => drawing?.zoom(1 / 1.5)} />
          <IconButton icon="plus" label="Show fewer candles" onClick={() => drawing?.zoom(1.5)} />
        </div>
      </div>
      {state.kind === 'empty' ? (
        <NoTrades product={product} />
      ) : (
        <CandleLegend series={series} product={product} pointed={pointed} />
      )}
      <div className="candle-frame" hidden={state.kind === 'empty'} aria-busy={state.kind === 'loading'}>
        <ChartKeys series={series} drawing={drawing} pointed={pointed} onPoint={setPointed}>
          {/* What it draws stands in words above it, and as a table below. */}
          <div className="candle-chart" ref={home} aria-hidden="true" />
        </ChartKeys>
        <p className="candle-status" role="status">
          {statusOf(state.kind, state.older)}
        </p>
        {isNewestSeen ? null : (
          <Button className="button candle-newest" onClick={() => drawing?.toNewest()}>
            To the newest
          </Button>
        )}
      </div>
      {state.error === undefined ? null : (
        <div className="candle-error" role="alert">
          <p>
            {state.older === 'failed' ? 'Older candles could not be loaded. ' : 'Candles could not be loaded. '}
            {messageOf(state.error)}
          </p>
          <Button onClick={() => series?.retry()}>Try again</Button>
        </div>
      )}
      {state.kind === 'empty' ? null : (
        <>
          <ChartFoot />
          <CandleTable series={series} product={product} />
        </>
      )}
    </section>
  );
}

function statusOf(kind: string, older: string): string {
  if (kind === 'loading') return 'Loading candles…';
  return older === 'loading' ? 'Loading older candles…' : '';
}

interface ChartKeysProps {
  readonly series: ProductSeries | undefined;
  readonly drawing: CandleDrawing | undefined;
  readonly pointed: number | undefined;
  readonly onPoint: (at: number | undefined) => void;
  readonly children: React.ReactNode;
}

/** Moves from candle to candle by keys, and reads each out. */
function ChartKeys({ series, drawing, pointed, onPoint, children }: ChartKeysProps) {
  const [spoken, speak] = useState('');
  const leave = (): void => {
    drawing?.point(undefined);
    onPoint(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = series === undefined ? undefined : aimOf(event.key, series, pointed ?? drawing?.newestInSight());
    if (event.key === 'Escape') leave();
    if (at === undefined || series === undefined) return;
    event.preventDefault();
    drawing?.point(at);
    onPoint(at);
    const bar = series.find(at)!;
    speak(`${formatInstant(at)}: from ${bar.open} to ${bar.close}, high ${bar.high}, low ${bar.low}`);
    if (at === series.bars[0]?.at) void series.loadOlder();
  };
  return (
    <div
      className="candle-keys"
      role="group"
      tabIndex={0}
      aria-label={series === undefined ? 'Chart' : `Chart of ${series.product}, ${nameOf[series.interval]} a candle`}
      aria-describedby="candle-keys"
      onKeyDown={onKeyDown}
      onBlur={leave}
    >
      <span id="candle-keys" className="visually-hidden">
        Left and right arrow go from candle to candle, Home to the oldest, End to the newest.
      </span>
      {children}
      <span className="visually-hidden" role="status">
        {spoken}
      </span>
    </div>
  );
}

/** The candle that a key leads to; `undefined` for other keys. */
function aimOf(key: string, { bars }: ProductSeries, from: number | undefined): number | undefined {
  const index = from === undefined ? bars.length - 1 : bars.findIndex(({ at }) => at === from);
  const aims: Readonly<Record<string, number>> = {
    ArrowLeft: Math.max(0, index - 1),
    ArrowRight: Math.min(bars.length - 1, index + 1),
    Home: 0,
    End: bars.length - 1,
  };
  const aim = Object.hasOwn(aims, key) ? aims[key] : undefined;
  return aim === undefined ? undefined : bars[aim]?.at;
}

function ChartFoot() {
  return (
    <div className="candle-foot">
      <ul className="legend candle-key">
        <li data-candle="up">rose</li>
        <li data-candle="down">fell</li>
        <li data-candle="incomplete">hollow: trades may be missing</li>
        <li data-candle="gap">trades missing after it, and how many</li>
      </ul>
      {/* The library's licence asks for this notice and the link. */}
      <p className="hint">
        Charts by{' '}
        <a href="https://www.tradingview.com/" rel="noreferrer">
          TradingView
        </a>{' '}
        Lightweight Charts™
      </p>
    </div>
  );
}
