import { useEffect, useRef, type RefObject } from 'react';
import { useThemeEpoch } from '../../shell/theme.ts';
import type { Plot } from './draw-plot.ts';
import type { Minute } from './series.ts';

/**
 * Draws minutes into an element, in the colours of the theme. What draws is a fifth of the console's code and comes after
 * the rest of the page, which says the same in words.
 */
export function usePlot(minutes: readonly Minute[]): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  const latest = useRef(minutes);
  const epoch = useThemeEpoch();

  useEffect(() => {
    let gone = false;
    void import('./draw-plot.ts').then(({ drawPlot }) => {
      if (!gone) plot.current = drawPlot(element.current!, latest.current);
    });
    return () => {
      gone = true;
      plot.current?.remove();
      plot.current = undefined;
    };
  }, [epoch]);

  useEffect(() => {
    latest.current = minutes;
    plot.current?.update(minutes);
  }, [minutes]);
  return element;
}
