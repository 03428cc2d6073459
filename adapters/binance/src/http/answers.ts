import { PortError } from '@portolan/kernel';
import type { Gap, TradeResult } from '@portolan/pricing';
import type { ComparedCandle } from '../compare/compare-candles.ts';

/** The results of `POST /trades`, which must be as many as the trades. */
export function resultsOf(answer: unknown, trades: number): readonly TradeResult[] {
  const results = listOf(answer, 'results');
  if (results.length !== trades) throw strange(`${trades} results`, `${results.length}`);
  for (const result of results) {
    const { status, reason } = result;
    if (status === 'accepted' || status === 'duplicate') continue;
    if (status !== 'rejected' || typeof reason !== 'string') throw strange('a result for each trade', result);
  }
  return results as unknown as readonly TradeResult[];
}

/** The candles of one page of `GET /products/{id}/candles`, and where the next begins. */
export function candlesOf(answer: unknown): { readonly candles: readonly ComparedCandle[]; readonly cursor?: string } {
  const candles = listOf(answer, 'candles');
  for (const candle of candles) {
    const prices = [candle['open'], candle['high'], candle['low'], candle['close']];
    const fits =
      typeof candle['start'] === 'string' &&
      prices.every((price) => price === null || typeof price === 'string') &&
      typeof candle['volume'] === 'string' &&
      Number.isSafeInteger(candle['count']);
    if (!fits) throw strange('candles', candle);
  }
  const { cursor } = answer as Fields;
  if (cursor !== undefined && typeof cursor !== 'string') throw strange('a cursor', cursor);
  return { candles: candles as unknown as readonly ComparedCandle[], ...(cursor === undefined ? {} : { cursor }) };
}

/** The gaps of `GET /products/{id}/gaps`. */
export function gapsOf(answer: unknown): readonly Gap[] {
  const gaps = listOf(answer, 'gaps');
  for (const gap of gaps) {
    const texts = [gap['source'], gap['first'], gap['last'], gap['after'], gap['before']];
    if (!texts.every((text) => typeof text === 'string') || typeof gap['missing'] !== 'number')
      throw strange('gaps', gap);
  }
  return gaps as unknown as readonly Gap[];
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function listOf(answer: unknown, name: string): readonly Fields[] {
  const list = isObject(answer) ? answer[name] : undefined;
  if (!Array.isArray(list) || !list.every(isObject)) throw strange(`a list of ${name}`, answer);
  return list;
}

const strange = (expected: string, found: unknown): PortError =>
  new PortError('corrupted', `the service answered with ${JSON.stringify(found)?.slice(0, 100)}; expected ${expected}`);
