import type { Candle, Gap, Trade } from '../../api/answers.ts';
import { startOf, widthMs, type Interval } from '../interval.ts';
import { CandleSeries, type CandleSource, type Timing } from './candle-series.ts';

const at = (time: string): number => Date.parse(`2026-03-29T${time}Z`);

/** A service with trades of size 1, and a clock that stands until it is moved. */
class Market implements CandleSource, Timing {
  #now: number;
  #alarm: { readonly at: number; readonly ring: () => void } | undefined;
  readonly prices = new Map<number, number>();
  /** Instants whose candles are not proven. */
  readonly unproven = new Set<number>();
  readonly asked: string[] = [];
  failure: Error | undefined;
  /** Answers wait for it, where it is set. */
  gate: Promise<void> | undefined;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(instant: number, ring: () => void): () => void {
    const alarm = { at: instant, ring };
    this.#alarm = alarm;
    return () => {
      if (this.#alarm === alarm) this.#alarm = undefined;
    };
  }

  /** Lets time pass until the next reading, and past it. */
  async nextReading(): Promise<void> {
    const alarm = this.#alarm!;
    this.#now = Math.max(this.#now, alarm.at);
    this.#alarm = undefined;
    alarm.ring();
    await settled();
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  async extent() {
    const times = [...this.prices.keys()];
    if (this.failure !== undefined) throw this.failure;
    return times.length === 0 ? undefined : { earliest: Math.min(...times), latest: Math.max(...times) };
  }

  async candles(interval: Interval, { from, to }: { from: number; to: number }): Promise<readonly Candle[]> {
    this.asked.push(`${interval} ${(to - from) / widthMs[interval]}`);
    const candles = this.#candles(interval, from, to);
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    return candles;
  }

  #candles(interval: Interval, from: number, to: number): readonly Candle[] {
    const within = [...this.prices].filter(([time]) => time >= from && time < to).toSorted(([a], [b]) => a - b);
    return [...Map.groupBy(within, ([time]) => startOf(interval, time))].map(([start, some]) => {
      const prices = some.map(([, price]) => price);
      return {
        start: new Date(start).toISOString(),
        open: String(prices[0]),
        high: String(Math.max(...prices)),
        low: String(Math.min(...prices)),
        close: String(prices.at(-1)),
        volume: String(some.length),
        vwap: String(prices[0]),
        average: String(prices[0]),
        count: some.length,
        complete: !this.unproven.has(start),
      };
    });
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const tradeAt = (time: number, price: number): Trade => ({
  product: 'BTC-USD',
  id: String(time),
  time: new Date(time).toISOString().replace('Z', '000Z'),
  price: String(price),
  size: '1',
  side: 'sell',
  source: 'test',
});

const shown = (series: CandleSeries): string =>
  series.bars
    .map(({ at: start, close, count }) => `${new Date(start).toISOString().slice(11, 19)}=${close}x${count}`)
    .join(' ');

/** A market with a trade every half minute of the last minutes, and its series of minutes, read. */
async function openSeries(interval: Interval = '1m') {
  const market = new Market(at('13:05:40'));
  for (let time = at('13:03:00'); time < market.now(); time += 30_000) market.prices.set(time, 100);
  const series = new CandleSeries(interval, market, market);
  await series.read();
  return { market, series };
}

test('shows what the service tells', async () => {
  const { series } = await openSeries();
  expect(shown(series)).toBe('13:03:00=100x2 13:04:00=100x2 13:05:00=100x2');
  expect(series.state()).toEqual({ kind: 'ready', older: 'none' });
  expect(series.bars.map((bar) => series.standing(bar))).toEqual(['complete', 'complete', 'running']);
});

test('shows a trade at once, in the bar of its interval or in a new one', async () => {
  const { series } = await openSeries();
  const changes: unknown[] = [];
  series.subscribe((change) => changes.push(change));
  series.take([tradeAt(at('13:05:41'), 103), tradeAt(at('13:06:00'), 104)]);
  expect(shown(series)).toBe('13:03:00=100x2 13:04:00=100x2 13:05:00=103x3 13:06:00=104x1');
  expect(changes).toEqual([{ kind: 'bars', at: [at('13:05:00'), at('13:06:00')] }]);
});

test('lets the service correct what trades have made of a bar, when the interval has ended', async () => {
  const { market, series } = await openSeries();
  // Of these two, only the first came over the socket.
  market.prices.set(at('13:05:50'), 103).set(at('13:05:51'), 99);
  series.take([tradeAt(at('13:05:50'), 103)]);
  await market.nextReading();
  expect(market.now()).toBe(at('13:05:55'));
  expect(shown(series)).toMatch(/13:05:00=99x4$/);
  await market.nextReading();
  expect(market.now()).toBe(at('13:06:01'));
  expect(market.asked.at(-1)).toBe('1m 7');
});

test('counts no trade twice that came while the service was asked', async () => {
  const { market, series } = await openSeries();
  const { promise, resolve } = Promise.withResolvers<void>();
  market.prices.set(at('13:05:45'), 105);
  market.gate = promise;
  const read = series.read();
  series.take([tradeAt(at('13:05:45'), 105)]);
  resolve();
  await read;
  expect(shown(series)).toMatch(/13:05:00=105x3$/);
});

test('takes the running minute as the service has it, and no older word of it', async () => {
  const { market, series } = await openSeries();
  market.prices.set(at('13:05:45'), 90);
  const [candle] = await market.candles('1m', { from: at('13:05:00'), to: at('13:06:00') });
  series.takeMinute(candle!);
  expect(shown(series)).toMatch(/13:05:00=90x3$/);
  series.takeMinute({ ...candle!, count: 2, close: '7' });
  expect(shown(series)).toMatch(/13:05:00=90x3$/);
});

test('reads again where a gap was closed', async () => {
  const { market, series } = await openSeries();
  const gap: Gap = {
    source: 'test',
    first: '5',
    last: '5',
    missing: 1,
    after: '2026-03-29T13:03:30.000000Z',
    before: '2026-03-29T13:04:00.000000Z',
  };
  series.takeGaps([gap]);
  market.asked.length = 0;
  market.prices.set(at('13:03:45'), 97);
  series.takeGaps([]);
  await settled();
  expect(market.asked).toContain('1m 2');
  expect(shown(series)).toMatch(/^13:03:00=97x3 /);
});

test('reads on after nothing could be read, and says so meanwhile', async () => {
  const { market, series } = await openSeries();
  market.failure = new Error('gone');
  await market.nextReading();
  expect(series.state()).toMatchObject({ kind: 'ready', error: market.failure });
  market.failure = undefined;
  market.prices.set(at('13:05:58'), 98);
  market.pass(120_000);
  market.prices.set(market.now(), 96);
  series.retry();
  await settled();
  expect(series.state()).toEqual({ kind: 'ready', older: 'none' });
  expect(shown(series)).toMatch(/13:05:00=98x3 13:07:00=96x1$/);
});

test('waits for the first trade of a product', async () => {
  const market = new Market(at('13:05:40'));
  const series = new CandleSeries('1m', market, market);
  await series.read();
  expect(series.state().kind).toBe('empty');
  market.prices.set(market.now(), 100);
  series.take([tradeAt(market.now(), 100)]);
  await settled();
  expect(series.state().kind).toBe('ready');
  expect(shown(series)).toBe('13:05:00=100x1');
});

test('loads older candles until there are none, and again after a failure', async () => {
  const market = new Market(at('13:05:40'));
  for (let minute = 0; minute < 3_000; minute++) market.prices.set(at('13:05:00') - minute * 60_000, minute);
  const series = new CandleSeries('1m', market, market);
  await series.read();
  expect(series.state().older).toBe('more');
  market.failure = new Error('gone');
  await series.loadOlder();
  expect(series.state()).toMatchObject({ older: 'failed', error: market.failure });
  market.failure = undefined;
  while (series.state().older !== 'none') await series.loadOlder();
  expect(series.state()).toEqual({ kind: 'ready', older: 'none' });
  expect(series.bars).toHaveLength(3_000);
  expect(series.bars.every((bar, index) => bar.at === at('13:05:00') - (2_999 - index) * 60_000)).toBe(true);
});

test('tells nobody anything once it is closed', async () => {
  const { market, series } = await openSeries();
  const { promise, resolve } = Promise.withResolvers<void>();
  market.gate = promise;
  const read = series.read();
  let told = 0;
  series.subscribe(() => told++);
  series.close();
  resolve();
  await read;
  expect(told).toBe(0);
});
