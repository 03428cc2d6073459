import { PortError, type Context } from '@portolan/kernel';
import type { LiveFrame } from '../ports.ts';
import { newTicker, tickerAfter } from '../ticker.ts';
import { buildTrade } from '../testing/build-trade.ts';
import { announceTrades } from './announce-trades.ts';

const scale = { priceDecimals: 2, priceStep: 1, sizeDecimals: 8, sizeStep: 1 };
const now = Date.UTC(2026, 0, 31, 12);

/** Announces fresh trades over a channel whose every push takes so long. */
async function announce(count: number, pushMs: number, push: () => void = () => {}) {
  let time = now;
  const frames: LiveFrame[] = [];
  const warned: object[] = [];
  const live = {
    publish: async (_group: string, frame: LiveFrame) => {
      time += pushMs;
      push();
      frames.push(frame);
    },
  };
  const fresh = Array.from({ length: count }, (_, n) => buildTrade({ id: String(n + 1), time: now * 1_000 + n }));
  const ticker = tickerAfter(newTicker('P'), { heard: fresh, fresh, now }, scale);
  const log = { warn: (message: string, fields: object) => void warned.push({ message, ...fields }) };
  const context = { clock: { now: () => time }, log } as unknown as Context;
  await announceTrades('P', fresh, ticker, scale, live, context);
  return { frames, warned, tookMs: time - now };
}

test('trades come in frames of a hundred, the running candle behind them', async () => {
  const { frames, warned } = await announce(250, 0);
  expect(frames.map((frame) => (frame.type === 'trades' ? frame.trades.length : frame.type))).toEqual([
    100,
    100,
    50,
    'candle',
  ]);
  expect(warned).toEqual([]);
});

test('after five seconds the rest is left out, so that who handed trades in is answered; the candle tells of all', async () => {
  const { frames, warned, tookMs } = await announce(5_000, 1_500);
  expect(frames.map(({ type }) => type)).toEqual(['trades', 'trades', 'trades', 'trades', 'candle']);
  expect(frames.at(-1)).toMatchObject({ candle: { count: 5_000 } });
  expect(tookMs).toBe(5 * 1_500);
  expect(warned).toEqual([{ message: 'trades were not pushed in time', product: 'P', trades: 4_600 }]);
});

test('what cannot be pushed is logged, and hinders nobody', async () => {
  const { frames, warned } = await announce(1, 0, () => {
    throw new PortError('throttled', 'too many');
  });
  expect(frames).toEqual([]);
  expect(warned).toMatchObject([{ message: 'trades were not pushed', trades: 1 }]);
});
