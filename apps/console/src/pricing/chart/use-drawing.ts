import { useEffect, useRef, useState, type RefObject } from 'react';
import { useThemeEpoch } from '../../shell/theme.ts';
import type { ProductSeries } from '../candles/use-candle-series.ts';
import type { CandleDrawing, DrawingEvents } from './draw-candles.ts';
import type { GapMark } from './gap-marks.ts';

/** How often candles are looked at that change with time alone, in milliseconds. */
const settleMs = 1_000;

/**
 * Draws a series into an element. What draws is as large as the rest of the console, and comes after it.
 *
 * @param places - Digits of the series' prices behind the point.
 */
export function useDrawing(
  series: ProductSeries | undefined,
  places: number,
  marks: readonly GapMark[],
  events: DrawingEvents,
): readonly [RefObject<HTMLDivElement | null>, CandleDrawing | undefined] {
  const home = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<CandleDrawing>();
  const latestEvents = useRef(events);
  useEffect(() => {
    latestEvents.current = events;
  });

  useEffect(() => {
    let drawn: CandleDrawing | undefined;
    let gone = false;
    void import('./draw-candles.ts').then(({ CandleDrawing }) => {
      if (gone) return;
      drawn = new CandleDrawing(home.current!, {
        pointed: (at) => latestEvents.current.pointed(at),
        nearStart: () => latestEvents.current.nearStart(),
        newestSeen: (seen) => latestEvents.current.newestSeen(seen),
      });
      setDrawing(drawn);
    });
    return () => {
      gone = true;
      drawn?.remove();
    };
  }, []);

  useEffect(() => {
    if (drawing === undefined || series === undefined) return;
    return drawSeries(drawing, series, places);
  }, [drawing, series, places]);

  useEffect(() => drawing?.mark(marks), [drawing, marks]);

  const epoch = useThemeEpoch();
  const drawnEpoch = useRef(epoch);
  useEffect(() => {
    if (drawnEpoch.current !== epoch) drawing?.recolour();
    drawnEpoch.current = epoch;
  }, [drawing, epoch]);
  return [home, drawing];
}

/** Shows the series as soon as it has candles, and what becomes of it, once for each frame of the screen. */
function drawSeries(drawing: CandleDrawing, series: ProductSeries, places: number): () => void {
  let isShown = false;
  let frame: number | undefined;
  let changed: Set<number> | 'all' = new Set();
  const draw = (): void => {
    frame = undefined;
    const what = changed;
    changed = new Set();
    if (!isShown) {
      // Until there are candles, those that were shown before stay: switching does not flash.
      if (series.state().kind === 'loading') return;
      isShown = true;
      drawing.show(series, places);
    } else if (what === 'all') drawing.drawAll();
    else drawing.draw(what);
  };
  const leave = series.subscribe((change) => {
    if (change.kind === 'all') changed = 'all';
    else if (changed !== 'all') for (const at of change.at) changed.add(at);
    frame ??= requestAnimationFrame(draw);
  });
  const timer = setInterval(() => {
    if (isShown) drawing.settle();
  }, settleMs);
  draw();
  return () => {
    leave();
    clearInterval(timer);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
