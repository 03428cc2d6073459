import { nameOf } from './archive/interval-name.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';
import type { StoredTrade } from './ports.ts';
import type { Scale } from './product.ts';
import { sequenceOf, type Trade } from './trade.ts';

/** The partition of a minute's trades. */
export const minutePartition = (product: string, minute: number): string => `${product}/${nameOf('minute', minute)}`;

/** The sort key of a trade: what it is known by, within its minute. */
export const tradeKey = ({ source, id }: Pick<Trade, 'source' | 'id'>): string => `${source}/${id}`;

/** Reads what {@link tradeKey} wrote. @returns `undefined` for a text that names no source. */
export function splitTradeKey(key: string): Pick<Trade, 'source' | 'id'> | undefined {
  const slash = key.indexOf('/');
  return slash === -1 ? undefined : { source: key.slice(0, slash), id: key.slice(slash + 1) };
}

/** @param place - The partition, by {@link minutePartition}, and the key in it, by {@link tradeKey}. */
export function packTrade(trade: Trade, { minute, id }: Pick<StoredTrade, 'minute' | 'id'>, scale: Scale): StoredTrade {
  const { time, side, count } = trade;
  const price = formatDecimal(trade.price, scale.priceDecimals);
  const size = formatDecimal(trade.size, scale.sizeDecimals);
  const stored = { minute, id, time, price, size, side };
  return count === 1 ? stored : { ...stored, count };
}

/** @throws {RangeError} for a price or size that the product's increments cannot state: they were made coarser by hand. */
export function unpackTrade(stored: Omit<StoredTrade, 'minute'>, scale: Scale): Trade {
  const slash = stored.id.indexOf('/');
  const id = stored.id.slice(slash + 1);
  return {
    source: stored.id.slice(0, slash),
    id,
    sequence: sequenceOf(id),
    time: stored.time,
    price: unitsOf(stored.price, scale.priceDecimals),
    size: unitsOf(stored.size, scale.sizeDecimals),
    side: stored.side,
    count: stored.count ?? 1,
  };
}

function unitsOf(text: string, decimals: number): number {
  const units = parseDecimal(text, decimals);
  if (units === undefined) throw new RangeError(`a stored "${text}" is finer than ${decimals} decimals`);
  return units;
}
