import { CrosshairMode, type ChartOptionsImpl, type DeepPartial, type Time } from 'lightweight-charts';

/** What is drawn in which colour of the theme. */
export const palette = {
  ground: '--surface',
  line: '--line',
  edge: '--edge',
  text: '--muted',
  label: '--calm',
  up: '--candle-up',
  down: '--candle-down',
  volumeUp: '--volume-up',
  volumeDown: '--volume-down',
  gap: '--warn',
} as const;

export type Colours = Readonly<Record<keyof typeof palette, string>>;

/** @param timeScale - At the start only: later they are where someone has scrolled and zoomed to. */
export function chartOptions(
  colours: Colours,
  fontFamily: string,
  timeScale: { readonly barSpacing?: number; readonly rightOffset?: number } = {},
): DeepPartial<ChartOptionsImpl<Time>> {
  const crosshair = { color: colours.edge, labelBackgroundColor: colours.label };
  return {
    autoSize: true,
    layout: {
      background: { color: colours.ground },
      textColor: colours.text,
      fontSize: 11,
      fontFamily,
      // It would bring a style of its own, which the page's policy forbids; the link stands below the chart.
      attributionLogo: false,
      panes: { separatorColor: colours.line, separatorHoverColor: colours.line, enableResize: false },
    },
    grid: { vertLines: { color: colours.line }, horzLines: { color: colours.line } },
    crosshair: { mode: CrosshairMode.Normal, vertLine: crosshair, horzLine: crosshair },
    rightPriceScale: { borderColor: colours.line, scaleMargins: { top: 0.12, bottom: 0.08 } },
    timeScale: { ...timeScale, borderColor: colours.line, minBarSpacing: 1 },
    // A finger that moves up and down moves the page.
    handleScroll: { vertTouchDrag: false },
  };
}

export const candleColours = ({ up, down }: Colours) => ({
  upColor: up,
  downColor: down,
  borderUpColor: up,
  borderDownColor: down,
  wickUpColor: up,
  wickDownColor: down,
});

const amounts = new Intl.NumberFormat(undefined, { notation: 'compact', maximumSignificantDigits: 3 });

export const volumeOptions = {
  priceLineVisible: false,
  lastValueVisible: false,
  priceFormat: { type: 'custom', minMove: 1e-8, formatter: (amount: number) => amounts.format(amount) },
} as const;
