import { sequenceOf, type Trade } from '../trade.ts';

/** A trade that is what the test says, and ordinary otherwise: one cent's step, BTC at 50,000. */
export function buildTrade(given: Partial<Omit<Trade, 'sequence'>> = {}): Trade {
  const { id = '1' } = given;
  return {
    source: 'coinbase',
    time: 1_767_225_600_000_000,
    price: 5_000_000,
    size: 1_000,
    side: 'buy',
    count: 1,
    ...given,
    id,
    sequence: sequenceOf(id),
  };
}
