import { PortError } from '@portolan/kernel';
import { formatDecimal, parseDecimal, parseSum } from './decimal.ts';
import type { Sum } from './exact-sum.ts';
import type { Scale } from './product.ts';
import type { IdSpan, Summary } from './summary.ts';
import { formatTime, parseTime } from './time.ts';
import { sequenceOf, type TradeKey } from './trade.ts';

/** A summary as it is stored: decimals as text, so that it stays true when a product's increments become finer. */
export interface StoredSummary {
  readonly first: StoredKey;
  readonly last: StoredKey;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly notional: string;
  readonly priceSum: string;
  readonly count: number;
  /** Absent where it is 0. */
  readonly unnumbered?: number;
  readonly ids: Readonly<Record<string, IdSpan>>;
}

interface StoredKey {
  readonly time: string;
  readonly source: string;
  readonly id: string;
}

/** Keys come in one order always, so that equal summaries are equal text. */
export function encodeSummary(summary: Summary, { priceDecimals, sizeDecimals }: Scale): StoredSummary {
  const price = (units: Sum): string => formatDecimal(units, priceDecimals);
  return {
    first: encodeKey(summary.first),
    last: encodeKey(summary.last),
    open: price(summary.open),
    high: price(summary.high),
    low: price(summary.low),
    close: price(summary.close),
    volume: formatDecimal(summary.volume, sizeDecimals),
    notional: formatDecimal(summary.notional, priceDecimals + sizeDecimals),
    priceSum: price(summary.priceSum),
    count: summary.count,
    ...(summary.unnumbered === 0 ? {} : { unnumbered: summary.unnumbered }),
    ids: Object.fromEntries([...summary.ids].map(([source, { first, last, held }]) => [source, { first, last, held }])),
  };
}

const encodeKey = ({ time, source, id }: TradeKey): StoredKey => ({ time: formatTime(time), source, id });

/**
 * Reads what {@link encodeSummary} wrote, with the same increments or finer ones.
 *
 * @throws {PortError} `corrupted`, naming the field, where it is something else.
 */
export function decodeSummary(stored: StoredSummary, { priceDecimals, sizeDecimals }: Scale): Summary {
  const price = (field: 'open' | 'high' | 'low' | 'close'): number =>
    sound(typeof stored[field] === 'string' ? parseDecimal(stored[field], priceDecimals) : undefined, stored, field);
  const sum = (field: 'volume' | 'notional' | 'priceSum', decimals: number): Sum =>
    sound(typeof stored[field] === 'string' ? parseSum(stored[field], decimals) : undefined, stored, field);
  return {
    first: sound(decodeKey(stored.first), stored, 'first'),
    last: sound(decodeKey(stored.last), stored, 'last'),
    open: price('open'),
    high: price('high'),
    low: price('low'),
    close: price('close'),
    volume: sum('volume', sizeDecimals),
    notional: sum('notional', priceDecimals + sizeDecimals),
    priceSum: sum('priceSum', priceDecimals),
    count: sound(isCount(stored.count) ? stored.count : undefined, stored, 'count'),
    unnumbered: sound(isCount(stored.unnumbered ?? 0) ? (stored.unnumbered ?? 0) : undefined, stored, 'unnumbered'),
    ids: sound(decodeIds(stored.ids), stored, 'ids'),
  };
}

function decodeKey(key: StoredKey | undefined): TradeKey | undefined {
  if (typeof key?.time !== 'string' || typeof key.source !== 'string' || typeof key.id !== 'string') return undefined;
  const time = parseTime(key.time);
  return time === undefined ? undefined : { time, source: key.source, id: key.id, sequence: sequenceOf(key.id) };
}

/** Objects list names that are numbers before others: the order of text is made anew. */
function decodeIds(stored: StoredSummary['ids'] | undefined): ReadonlyMap<string, IdSpan> | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const sources = Object.keys(stored);
  if (sources.length > 1) sources.sort();
  const ids = new Map<string, IdSpan>();
  for (const source of sources) {
    const { first, last, held } = stored[source] ?? ({} as Partial<IdSpan>);
    if (!isCount(first) || !isCount(last) || !isCount(held) || held < 1 || held > last - first + 1) return undefined;
    ids.set(source, { first, last, held });
  }
  return ids;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function sound<T>(value: T | undefined, stored: StoredSummary, field: keyof StoredSummary): T {
  if (value !== undefined) return value;
  throw new PortError('corrupted', `a stored summary has ${JSON.stringify(stored[field])} as ${field}`);
}
