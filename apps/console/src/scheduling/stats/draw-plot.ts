import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { coloursOf } from '../../shell/colours-of.ts';
import { formatLateness } from '../../time/duration.ts';
import { formatMinute } from '../../time/instant.ts';
import type { Minute } from './series.ts';

/** A drawing in the page. */
export interface Plot {
  update(minutes: readonly Minute[]): void;
  remove(): void;
}

/** Draws bars for starts and lines for lateness into an element, as wide and high as it is. */
export function drawPlot(home: HTMLElement, minutes: readonly Minute[]): Plot {
  const plot = new uPlot(optionsFor(home), dataOf(minutes), home);
  const observer = new ResizeObserver(() => plot.setSize(sizeOf(home)));
  observer.observe(home);
  return {
    update: (next) => plot.setData(dataOf(next)),
    remove() {
      observer.disconnect();
      plot.destroy();
    },
  };
}

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement) => ({ width: clientWidth, height: clientHeight });

function dataOf(minutes: readonly Minute[]): uPlot.AlignedData {
  return [
    minutes.map(({ start }) => start / 1_000),
    minutes.map(({ fired }) => fired),
    minutes.map(({ p50Ms }) => p50Ms),
    minutes.map(({ p99Ms }) => p99Ms),
  ];
}

const palette = {
  fired: '--series-fired',
  p50: '--series-p50',
  p99: '--series-p99',
  line: '--line',
  text: '--muted',
} as const;

// Room above the highest value, and a scale that starts at nothing: lateness has no other honest floor.
const fromZero = (_: uPlot, _min: number, max: number): [number, number] => [0, Math.max(1, max * 1.15)];
const counts = (_: uPlot, splits: number[]): string[] =>
  splits.map((count) => (Number.isInteger(count) ? count.toLocaleString() : ''));

function optionsFor(home: HTMLElement): uPlot.Options {
  const colours = coloursOf(home, palette);
  const font = `11px ${getComputedStyle(home).fontFamily}`;
  const axis = { stroke: colours.text, font, grid: { stroke: colours.line, width: 1 }, ticks: { show: false } };
  const line = { scale: 'ms', width: 2, points: { show: true, size: 5 }, spanGaps: false };
  const bars = { scale: 'runs', fill: colours.fired, stroke: colours.fired, width: 0, points: { show: false } };
  return {
    ...sizeOf(home),
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 4, 0, 4],
    scales: { ms: { range: fromZero }, runs: { range: fromZero } },
    axes: [
      {
        ...axis,
        values: (_, splits) => splits.map((at) => formatMinute(at * 1_000)),
        grid: { show: false },
        space: 64,
        size: 26,
      },
      { ...axis, scale: 'ms', values: (_, splits) => splits.map((ms) => formatLateness(ms)), size: 56, space: 36 },
      { ...axis, scale: 'runs', side: 1, values: counts, grid: { show: false }, size: 40, space: 36 },
    ],
    series: [
      {},
      { ...bars, paths: uPlot.paths.bars!({ size: [0.7, 14] }) },
      { ...line, stroke: colours.p50 },
      { ...line, stroke: colours.p99, dash: [6, 3] },
    ],
  };
}
