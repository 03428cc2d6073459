import type { Locator, Page } from 'playwright-core';

/** The start of the candle that stands in words above the chart; milliseconds since 1970. */
export const shownStart = async (page: Page): Promise<number> =>
  Date.parse((await page.locator('.candle-start time').getAttribute('datetime'))!);

export const valueOf = (page: Page, name: string): Locator =>
  page
    .locator('.candle-legend > div')
    .filter({ has: page.locator(`dt:text-is("${name}")`) })
    .locator('dd');

/** Presses a key until the candle that it has led to is the one. */
export async function pressUntil(page: Page, key: string, isThere: (start: number) => boolean): Promise<void> {
  do await page.keyboard.press(key);
  while (!isThere(await shownStart(page)));
}

/** Waits until the chart shows another picture. */
export async function redrawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const picture = (): string =>
      [...document.querySelectorAll<HTMLCanvasElement>('.candle-chart canvas')].map((one) => one.toDataURL()).join();
    const before = picture();
    while (picture() === before) await new Promise(requestAnimationFrame);
  });
}

/** Columns of the chart's pixels in which something stands of a colour that neither ground, grid, text nor lines have: candles. */
export const candleColumns = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.candle-chart canvas')!;
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
    const isColoured = (x: number, y: number): boolean => {
      const pixel = data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3);
      return Math.max(...pixel) - Math.min(...pixel) > 80;
    };
    const heightOf = (x: number): number =>
      Array.from({ length: height }, (_, y) => isColoured(x, y)).filter(Boolean).length;
    // The line at the latest price is one pixel high.
    return Array.from({ length: width }, (_, x) => heightOf(x)).filter((pixels) => pixels > 3).length;
  });

/** Colours of the chart that stand out from its ground less than WCAG asks of graphics, 3 to 1. */
export const candleContrasts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    const luminance = (name: string): number => {
      const probe = document.createElement('i');
      document.body.append(probe);
      probe.style.color = `var(${name})`;
      canvas.fillStyle = getComputedStyle(probe).color;
      probe.remove();
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    const ground = luminance('--surface');
    return ['--candle-up', '--candle-down', '--warn', '--edge'].flatMap((name) => {
      const own = luminance(name);
      const ratio = (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
      return ratio < 3 ? [`${name} ${ratio.toFixed(2)}`] : [];
    });
  });
