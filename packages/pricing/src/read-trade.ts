import { explainDecimal, formatDecimal, parseDecimal } from './decimal.ts';
import type { Scale } from './product.ts';
import { parseTime } from './time.ts';
import { explainCount, isSource, isTradeId, sequenceOf, type Trade } from './trade.ts';

/** Why a trade is not taken, in words that name the field, its value and what was expected. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly reason: string;
  /** The field to blame; absent where the trade as a whole is. */
  readonly field?: string;
}

export type TradeReading = { readonly kind: 'trade'; readonly product: string; readonly trade: Trade } | Rejection;

/**
 * Reads a trade as its source reported it. Written by hand rather than as a schema, since it runs for each of thousands
 * in a request. Whether its time lies in the future is for the caller to say, who has a clock.
 *
 * @param scaleOfProduct - `undefined` for a product that is not known.
 */
export function readTrade(reported: unknown, scaleOfProduct: (product: string) => Scale | undefined): TradeReading {
  if (typeof reported !== 'object' || reported === null || Array.isArray(reported))
    return { kind: 'rejected', reason: `a trade must be an object, not ${shown(reported)}` };
  for (const key in reported) if (!fields.has(key)) return rejected(key, (reported as Fields)[key], 'no such field');
  const { product, source, side, time, price, size, count } = reported as Fields;
  // Many sources number their trades, and report the number as one.
  const id = idText((reported as Fields).id);

  const scale = typeof product === 'string' ? scaleOfProduct(product) : undefined;
  if (scale === undefined) return rejected('product', product, 'the id of a product that was added before');
  if (typeof source !== 'string' || !isSource(source)) return rejected('source', source, '1 to 40 of a-z, 0-9 and "-"');
  if (typeof id !== 'string' || !isTradeId(id))
    return rejected('id', id, 'text of 1 to 64 of A-Z, a-z, 0-9, "_", ".", ":" and "-"');
  if (side !== 'buy' && side !== 'sell') return rejected('side', side, '"buy" or "sell"');
  const micros = typeof time === 'string' ? parseTime(time) : undefined;
  if (micros === undefined)
    return rejected('time', time, 'ISO 8601 such as "2026-01-31T12:00:00.123456Z", of the years 1970 to 2200');

  const priceUnits = typeof price === 'string' ? parseDecimal(price, scale.priceDecimals) : undefined;
  if (priceUnits === undefined || priceUnits === 0 || priceUnits % scale.priceStep !== 0)
    return rejected('price', price, expectedAmount(price, priceUnits, scale.priceStep, scale.priceDecimals));
  const sizeUnits = typeof size === 'string' ? parseDecimal(size, scale.sizeDecimals) : undefined;
  if (sizeUnits === undefined || sizeUnits === 0 || sizeUnits % scale.sizeStep !== 0)
    return rejected('size', size, expectedAmount(size, sizeUnits, scale.sizeStep, scale.sizeDecimals));

  const sequence = sequenceOf(id);
  const expectedCount = count === undefined ? undefined : explainCount(count, sequence);
  if (expectedCount !== undefined) return rejected('count', count, expectedCount);
  return {
    kind: 'trade',
    product: product as string,
    trade: {
      source,
      id,
      sequence,
      time: micros,
      price: priceUnits,
      size: sizeUnits,
      side,
      count: (count as number | undefined) ?? 1,
    },
  };
}

/** An integer is as good as its digits, where JSON cannot have changed it. */
const idText = (id: unknown): unknown =>
  typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? String(id) : id;

type Fields = Readonly<Record<string, unknown>> & {
  readonly [Name in 'product' | 'source' | 'id' | 'side' | 'time' | 'price' | 'size' | 'count']?: unknown;
};

const fields: ReadonlySet<string> = new Set(['product', 'source', 'id', 'side', 'time', 'price', 'size', 'count']);

function expectedAmount(value: unknown, units: number | undefined, step: number, decimals: number): string {
  if (units === undefined) return explainDecimal(value, decimals);
  if (units === 0) return 'more than 0';
  return `a multiple of the increment ${formatDecimal(step, decimals)}`;
}

function rejected(field: string, value: unknown, expected: string): Rejection {
  const name = field.length > 40 ? `${field.slice(0, 40)}…` : field;
  return { kind: 'rejected', field: name, reason: `${name} is ${shown(value)}; expected ${expected}` };
}

/** A value in a few words, whatever it is. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === undefined) return 'absent';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value).slice(0, 40);
}
