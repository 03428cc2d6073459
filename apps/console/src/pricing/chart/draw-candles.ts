import {
  CandlestickSeries,
  createChartEx,
  createSeriesMarkers,
  HistogramSeries,
  type CandlestickData,
  type IChartApiBase,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { coloursOf } from '../../shell/colours-of.ts';
import type { Bar, Standing } from '../candles/bar.ts';
import { candleColours, chartOptions, palette, volumeOptions, type Colours } from './chart-options.ts';
import type { GapMark } from './gap-marks.ts';
import { LocalTimeScale } from './local-time-scale.ts';

/** What the drawing tells. */
export interface DrawingEvents {
  /** The candle under the pointer, by its start. */
  pointed(at: number | undefined): void;
  /** The oldest candles are in sight, or soon will be. */
  nearStart(): void;
  /** Whether the newest candle is in sight. */
  newestSeen(seen: boolean): void;
}

/** Where bars come from. */
export interface DrawnSeries {
  readonly bars: readonly Bar[];
  find(at: number): Bar | undefined;
  standing(bar: Bar): Standing;
}

/** How wide a candle with its margin is drawn at first, in pixels, and how many would have room beside the newest. */
const [barSpacing, rightOffset] = [8, 4];
/** Candles to the left of those in sight at which older ones are asked for. */
const aheadBars = 60;

const timeOf = (at: number): UTCTimestamp => (at / 1_000) as UTCTimestamp;

/** Candlesticks with their volume below, in an element, as wide and high as it is. */
export class CandleDrawing {
  readonly #home: HTMLElement;
  readonly #chart: IChartApiBase<Time>;
  readonly #candles: ISeriesApi<'Candlestick', Time>;
  readonly #volumes: ISeriesApi<'Histogram', Time>;
  readonly #markers: ISeriesMarkersPluginApi<Time>;
  #colours: Colours;
  #series: DrawnSeries = { bars: [], find: () => undefined, standing: () => 'complete' };
  #marks: readonly GapMark[] = [];
  /** The candle that keys have led to. */
  #aim: number | undefined;
  /** How many candles are drawn, and when the newest of them began. */
  #drawn = { count: 0, newest: 0 };
  /** Drawn candles whose standing changes as time passes. */
  #unsettled = new Map<number, Standing>();

  constructor(home: HTMLElement, events: DrawingEvents) {
    this.#home = home;
    this.#colours = coloursOf(home, palette);
    const timeScale = { barSpacing, rightOffset };
    const options = chartOptions(this.#colours, getComputedStyle(home).fontFamily, timeScale);
    this.#chart = createChartEx<Time, LocalTimeScale>(home, new LocalTimeScale(), options);
    this.#candles = this.#chart.addSeries(CandlestickSeries, candleColours(this.#colours));
    this.#volumes = this.#chart.addSeries(HistogramSeries, volumeOptions, 1);
    this.#markers = createSeriesMarkers(this.#candles);
    const [prices, volumes] = this.#chart.panes();
    prices!.setStretchFactor(4);
    volumes!.setStretchFactor(1);
    this.#chart.subscribeCrosshairMove(({ time, sourceEvent }) => {
      // It also moves over the candles when those move below it; what was aimed at by keys stays aimed at.
      if (sourceEvent !== undefined) this.#aim = undefined;
      if (this.#aim === undefined) events.pointed(time === undefined ? undefined : Number(time) * 1_000);
    });
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range === null || this.#series.bars.length === 0) return;
      this.#aimAgain();
      events.newestSeen(range.to >= this.#series.bars.length - 1);
      if (range.from < aheadBars) events.nearStart();
    });
  }

  /** Shows another series, from its newest candle on. @param places - Digits of its prices behind the point. */
  show(series: DrawnSeries, places: number): void {
    this.#series = series;
    this.#aim = undefined;
    this.#candles.applyOptions({ priceFormat: { type: 'price', precision: places, minMove: 10 ** -places } });
    this.#candles.priceScale().setAutoScale(true);
    this.drawAll();
    this.#chart.timeScale().applyOptions({ barSpacing });
    this.toNewest();
  }

  /** Draws every candle anew; those in sight stay where they are. */
  drawAll(): void {
    this.#unsettled.clear();
    this.#candles.setData(this.#series.bars.map((bar) => this.#candleOf(bar)));
    this.#volumes.setData(this.#series.bars.map((bar) => this.#volumeOf(bar)));
    this.#drawn = { count: this.#series.bars.length, newest: this.#series.bars.at(-1)?.at ?? 0 };
    this.#drawMarks();
  }

  /** Draws candles that are new, or have changed; by their starts. */
  draw(ats: Iterable<number>): void {
    const { count, newest } = this.#drawn;
    const bars = [...new Set(ats)].toSorted((a, b) => a - b).flatMap((at) => this.#series.find(at) ?? []);
    // One that comes between others has no place yet.
    const fresh = bars.filter(({ at }) => at > newest).length;
    if (count + fresh !== this.#series.bars.length) return this.drawAll();
    for (const bar of bars) {
      this.#candles.update(this.#candleOf(bar), bar.at < newest);
      this.#volumes.update(this.#volumeOf(bar), bar.at < newest);
    }
    if (fresh === 0) return;
    this.#drawn = { count: count + fresh, newest: bars.at(-1)!.at };
    this.#drawMarks();
  }

  /** Draws anew what looks different now that time has passed. */
  settle(): void {
    const changed = [...this.#unsettled].flatMap(([at, was]) => {
      const bar = this.#series.find(at);
      return bar === undefined || this.#series.standing(bar) === was ? [] : [at];
    });
    if (changed.length > 0) this.draw(changed);
  }

  mark(marks: readonly GapMark[]): void {
    this.#marks = marks;
    this.#drawMarks();
  }

  /** Takes the colours of the theme that is chosen now. */
  recolour(): void {
    this.#colours = coloursOf(this.#home, palette);
    this.#chart.applyOptions(chartOptions(this.#colours, getComputedStyle(this.#home).fontFamily));
    this.#candles.applyOptions(candleColours(this.#colours));
    this.drawAll();
  }

  /** Points at a candle, and brings it in sight; at none without `at`. */
  point(at: number | undefined): void {
    const bar = at === undefined ? undefined : this.#series.find(at);
    this.#aim = bar?.at;
    if (bar === undefined) return this.#chart.clearCrosshairPosition();
    const range = this.#chart.timeScale().getVisibleLogicalRange();
    const index = this.#series.bars.indexOf(bar);
    if (range !== null && (index < range.from || index > range.to)) {
      const shift = index < range.from ? index - range.from - 5 : index - range.to + 5;
      this.#chart.timeScale().setVisibleLogicalRange({ from: range.from + shift, to: range.to + shift });
    }
    this.#aimAgain();
  }

  #aimAgain(): void {
    const bar = this.#aim === undefined ? undefined : this.#series.find(this.#aim);
    if (bar !== undefined) this.#chart.setCrosshairPosition(Number(bar.close), timeOf(bar.at), this.#candles);
  }

  /** The start of the newest candle in sight. */
  newestInSight(): number | undefined {
    const to = this.#chart.timeScale().getVisibleLogicalRange()?.to ?? Infinity;
    const { bars } = this.#series;
    return bars[Math.min(bars.length - 1, Math.max(0, Math.floor(to)))]?.at;
  }

  toNewest(): void {
    this.#chart.timeScale().scrollToPosition(rightOffset, false);
  }

  /** @param factor - Above 1 for fewer, wider candles. */
  zoom(factor: number): void {
    const timeScale = this.#chart.timeScale();
    const spacing = timeScale.options().barSpacing * factor;
    timeScale.applyOptions({ barSpacing: Math.min(60, Math.max(1, spacing)) });
  }

  remove(): void {
    this.#chart.remove();
  }

  #candleOf(bar: Bar): CandlestickData {
    const { at, open, high, low, close } = bar;
    const standing = this.#series.standing(bar);
    if (standing === 'running' || standing === 'settling') this.#unsettled.set(at, standing);
    else this.#unsettled.delete(at);
    const item = { time: timeOf(at), open: Number(open), high: Number(high), low: Number(low), close: Number(close) };
    // Hollow: the border alone says whether it rose.
    return standing === 'incomplete' ? { ...item, color: this.#colours.ground } : item;
  }

  #volumeOf({ at, open, close, volume }: Bar) {
    const color = Number(close) >= Number(open) ? this.#colours.volumeUp : this.#colours.volumeDown;
    return { time: timeOf(at), value: Number(volume), color };
  }

  #drawMarks(): void {
    const shown = this.#marks.filter(({ at }) => this.#series.find(at) !== undefined);
    this.#markers.setMarkers(
      shown.map(({ at, text }) => ({
        time: timeOf(at),
        position: 'aboveBar',
        shape: 'square',
        color: this.#colours.gap,
        size: 0.6,
        text,
      })),
    );
  }
}
