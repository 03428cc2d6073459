/* eslint-disable @nx/enforce-module-boundaries -- what is imported here is installed in this folder, and not with the workspace */
import { Exchange } from 'ccxt';

/** @import { Aggregator } from '../src/pricing/aggregate/aggregator.ts' */

const exchange = new Exchange();

/**
 * ccxt's own candles of trades: sums in floats, trades in order, none left out that comes twice. The trades have no more
 * fields than it reads and needs to tell them apart; those that its exchanges parse have twice as many, which makes it a
 * little slower.
 *
 * @see https://docs.ccxt.com/#/?id=building-ohlcv-from-trades
 * @type {Aggregator<{ id: string, timestamp: number, price: number, amount: number, side: string }>}
 */
export const aggregator = {
  prepare: ({ id, time, price, size, side }) => ({
    id: String(id),
    timestamp: Math.floor(time / 1_000),
    price: price / 1e2,
    amount: size / 1e8,
    side,
  }),
  aggregate(trades) {
    const count = 6;
    return exchange.buildOHLCVC(trades, '1m', 0, trades.length).reduce((sum, candle) => sum + candle[count], 0);
  },
};
