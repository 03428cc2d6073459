import { bytesOf, describeIssues, parse, PortError, reasonOf, type Schema } from '@portolan/kernel';
import { readRetryAfter, type Alarm } from '@portolan/node';
import * as z from 'zod';
import { decimal, productId } from '../protocol/fields.ts';
import { exchangeTrade, type ExchangeTrade } from '../protocol/trade.ts';
import { Pace } from './pace.ts';

/** What the exchange says of a product. */
export type ExchangeProduct = z.infer<typeof exchangeProduct>;

const exchangeProduct = z.object({
  id: productId,
  /** The price's least step. */
  quote_increment: decimal,
  /** The size's least step. */
  base_increment: decimal,
  /** `online`, `offline`, `internal`, `delisted`; maybe others. */
  status: z.string().max(50),
});

/** One page of trades, the newest first. */
export interface TradePage {
  readonly trades: readonly ExchangeTrade[];
  /** The lowest id on it; undefined where the page is empty: there is nothing older. */
  readonly oldestId: number | undefined;
  /** Entries that are no trades, by their first problem. */
  readonly malformed: readonly string[];
}

export interface ExchangeRestOptions {
  readonly alarm: Alarm;
  /** Ends every request, and every wait for one. */
  readonly signal: AbortSignal;
  readonly requestsPerSecond: number;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

/** Trades of one page, at most. @see https://docs.cdp.coinbase.com/exchange/rest-api/pagination (limit) */
export const maxPageTrades = 1_000;

/** Without a word of the server about how long: a second is what its bucket needs to fill up. */
const defaultHoldOffMs = 1_000;

/**
 * The exchange's public REST API, as far as a history of trades needs it. What it answers is not trusted: it is bounded
 * in size and time, and validated.
 *
 * Every method rejects with {@link PortError}: `throttled` (429; nothing is asked for as long as `Retry-After` says),
 * `unavailable`, `timeout`, `too-large`, `corrupted` (not the shape that is documented), `unsupported` (any other refusal).
 *
 * @see https://docs.cdp.coinbase.com/exchange/rest-api/rate-limits (10 requests a second for each address, 15 in bursts)
 */
export class ExchangeRest {
  readonly #base: string;
  readonly #options: ExchangeRestOptions;
  readonly #pace: Pace;

  constructor(base: string, options: ExchangeRestOptions) {
    this.#base = base.replace(/\/+$/, '');
    this.#options = options;
    this.#pace = new Pace(options.alarm, options.requestsPerSecond);
  }

  /** @returns undefined for a product that the exchange does not know. */
  async product(id: string): Promise<ExchangeProduct | undefined> {
    const body = await this.#get(`/products/${id}`);
    return body === undefined ? undefined : shaped(exchangeProduct, body, `product ${id}`);
  }

  /**
   * Trades below an id, the newest first. The cursor of this listing is the trade's id: `after` asks for older ones, and
   * the header CB-AFTER repeats the last id of the page.
   *
   * @param limit - 1 to {@link maxPageTrades}.
   * @see https://docs.cdp.coinbase.com/exchange/rest-api/pagination
   */
  async trades(product: string, belowId: number, limit: number): Promise<TradePage> {
    const body = await this.#get(`/products/${product}/trades?limit=${limit}&after=${belowId}`);
    const listed = shaped(z.array(z.unknown()).max(maxPageTrades), body ?? [], `trades of ${product}`);
    const trades: ExchangeTrade[] = [];
    const malformed: string[] = [];
    for (const entry of listed) {
      const parsed = parse(exchangeTrade, entry);
      if (parsed.kind === 'valid') trades.push(parsed.value);
      else malformed.push(describeIssues(parsed.issues).slice(0, 300));
    }
    const oldestId = trades.reduce((least, { trade_id: id }) => Math.min(least, id), Infinity);
    if (listed.length > 0 && !(oldestId < belowId)) {
      throw new PortError('corrupted', `trades of ${product}: none below ${belowId} on a page that asked for them`);
    }
    return { trades, oldestId: listed.length === 0 ? undefined : oldestId, malformed };
  }

  /** The JSON of an answer; undefined for 404. */
  async #get(path: string): Promise<unknown> {
    const { alarm, signal, timeoutMs } = this.#options;
    if (!(await this.#pace.turn(signal))) throw new PortError('unavailable', 'stopped');
    const late = new AbortController();
    const cancel = alarm.schedule(alarm.clock.now() + timeoutMs, () => late.abort());
    try {
      const answer = await fetch(this.#base + path, {
        // The exchange turns away requests that do not say who they come from.
        headers: { accept: 'application/json', 'user-agent': 'Portolan/1' },
        redirect: 'error',
        signal: AbortSignal.any([signal, late.signal]),
      });
      return await this.#read(answer, path);
    } catch (error) {
      if (error instanceof PortError) throw error;
      if (late.signal.aborted)
        throw new PortError('timeout', `${path}: no answer in ${timeoutMs} ms`, { cause: error });
      throw new PortError('unavailable', `${path}: ${reasonOf(error)}`, { cause: error });
    } finally {
      cancel();
    }
  }

  async #read(answer: Response, path: string): Promise<unknown> {
    if (answer.ok) {
      const bytes = await bytesOf(answer.body ?? [], this.#options.maxBodyBytes, `${path}: the answer`);
      try {
        return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
      } catch (error) {
        throw new PortError('corrupted', `${path}: no JSON`, { cause: error });
      }
    }
    await answer.body?.cancel();
    if (answer.status === 404) return undefined;
    if (answer.status === 429) {
      const asked = readRetryAfter(answer.headers.get('retry-after') ?? undefined, this.#options.alarm.clock.now());
      // What is over already says no more than nothing.
      this.#pace.holdOff(asked || defaultHoldOffMs);
      throw new PortError('throttled', `${path}: status 429`);
    }
    throw new PortError(answer.status >= 500 ? 'unavailable' : 'unsupported', `${path}: status ${answer.status}`);
  }
}

function shaped<T>(schema: Schema<T>, value: unknown, what: string): T {
  const parsed = parse(schema, value);
  if (parsed.kind === 'valid') return parsed.value;
  throw new PortError('corrupted', `${what}: ${describeIssues(parsed.issues).slice(0, 300)}`);
}
