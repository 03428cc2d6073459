import { formatTime } from '@portolan/pricing/time';
import { listedProduct, listedTrade } from './frames.ts';
import type { Tape } from './tape.ts';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const maxTrades = 1_000;

/**
 * Answers a GET as the exchange does.
 *
 * @param target - Path and query.
 * @param wallMs - Milliseconds since 1970.
 * @see https://docs.cdp.coinbase.com/exchange/rest-api/pagination
 */
export function answerRest(tape: Tape, target: string, wallMs: number): RestAnswer {
  const url = URL.parse(target, 'http://exchange');
  const now = tape.marketTime(wallMs);
  const path = url?.pathname ?? '';
  if (path === '/time') return ok({ iso: formatTime(now), epoch: now / 1_000_000 });
  if (path === '/products') return ok(tape.products.map(listedProduct));
  const [, id, trades] = /^\/products\/([^/]+)(\/trades)?$/.exec(path) ?? [];
  const product = tape.products.find((one) => one.id === id);
  if (url === null || product === undefined) return { status: 404, headers: {}, body: { message: 'NotFound' } };
  return trades === undefined ? ok(listedProduct(product)) : page(tape, product.id, url.searchParams, now);
}

function page(tape: Tape, product: string, query: URLSearchParams, now: number): RestAnswer {
  const [limit, after, before] = [whole(query, 'limit'), whole(query, 'after'), whole(query, 'before')];
  if (limit === 'wrong' || after === 'wrong' || before === 'wrong' || limit === 0) {
    return { status: 400, headers: {}, body: { message: 'invalid pagination' } };
  }
  // `after` pages towards older trades, `before` gives the newest of those that are newer.
  const listed = tape
    .older(product, now, after ?? Infinity, Math.min(limit ?? maxTrades, maxTrades))
    .filter(({ id }) => before === undefined || id > before);
  if (listed.length === 0) return ok([]);
  const headers = { 'cb-before': String(listed[0]!.id), 'cb-after': String(listed.at(-1)!.id) };
  return { status: 200, headers, body: listed.map(listedTrade) };
}

function whole(query: URLSearchParams, name: string): number | undefined | 'wrong' {
  const text = query.get(name);
  if (text === null) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : 'wrong';
}

const ok = (body: unknown): RestAnswer => ({ status: 200, headers: {}, body });

/** The exchange's limit: so many tokens at most, filled up evenly, one for each request. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAt = now;
  }

  take(now: number): boolean {
    const grown = (Math.max(0, now - this.#filledAt) / 1_000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + grown);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
