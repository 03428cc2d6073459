import { silentLog, type Log, type Random, type RetryPolicy } from '@portolan/kernel';
import { systemAlarm, type Alarm } from '@portolan/node';
import type { TradeIntake } from '@portolan/pricing';
import { isRestAddress, isWebsocketAddress, type CoinbaseEndpoints } from '../endpoints.ts';
import { productId } from '../protocol/fields.ts';

export interface CoinbaseFeedOptions {
  /** 1 or more, as `BTC-USD`. */
  readonly products: readonly string[];
  readonly intake: TradeIntake;
  readonly endpoints: CoinbaseEndpoints;
  /** Whether the prices are made up, which the feed says of itself. @default false */
  readonly simulated?: boolean;
  /**
   * The name that trades and reports carry. Trade ids are only comparable within one source, so an exchange that is not
   * Coinbase's own needs another one where both could meet in one store. @default 'coinbase'
   */
  readonly source?: string;
  /** @default discards */
  readonly log?: Log;
  /** All time of the feed passes through it. @default the system's */
  readonly alarm?: Alarm;
  /** For jitter. @default Math.random */
  readonly random?: Random;
  /** Trades of each product to fetch from before the first one that comes; 0 for none. @default 1000 */
  readonly recentTrades?: number;
  /**
   * How far back missing trades are fetched, counted in trades of a product from its newest; at least 1. What lies before
   * stays a gap, and the feed's report says of how many. @default 1000000, some three minutes of requests
   */
  readonly backfillTrades?: number;
  /** Trades that may wait for the intake. When they are so many the stream is given up, and caught up with later. @default 20000 */
  readonly bufferTrades?: number;
  /** Milliseconds without a heartbeat, which come every second, after which the connection is given up. @default 10000 */
  readonly staleMs?: number;
  /** Milliseconds between two reports of which only the marks differ. @default 2000 */
  readonly reportEveryMs?: number;
  /** Milliseconds between two questions to the intake what it lacks. @default 30000 */
  readonly gapsEveryMs?: number;
  /** Milliseconds that a trade missing in the stream is given to come by itself, before it is fetched. @default 500 */
  readonly graceMs?: number;
  /** Waits before connecting again. @default from 250 ms to 30 s, doubling, with full jitter */
  readonly reconnect?: Pick<RetryPolicy, 'baseMs' | 'capMs'>;
  /** Waits before the intake or the history is tried again. @default from 200 ms to 10 s, doubling, with full jitter */
  readonly retry?: Pick<RetryPolicy, 'baseMs' | 'capMs'>;
  /**
   * Requests to the REST API, above 0. The exchange allows 10 to each address, for all that runs behind it. @default 5
   * @see https://docs.cdp.coinbase.com/exchange/rest-api/rate-limits
   */
  readonly requestsPerSecond?: number;
  /** Milliseconds for one answer of the REST API. @default 10000 */
  readonly requestTimeoutMs?: number;
}

/** The options with their defaults, checked. */
export type FeedSettings = Required<CoinbaseFeedOptions>;

/** @throws {RangeError} naming the option that is out of range. */
export function feedSettings(options: CoinbaseFeedOptions): FeedSettings {
  const settings: FeedSettings = {
    simulated: false,
    source: 'coinbase',
    log: silentLog,
    alarm: systemAlarm(),
    random: { next: () => Math.random() },
    recentTrades: 1_000,
    backfillTrades: 1_000_000,
    bufferTrades: 20_000,
    staleMs: 10_000,
    reportEveryMs: 2_000,
    gapsEveryMs: 30_000,
    graceMs: 500,
    reconnect: { baseMs: 250, capMs: 30_000 },
    retry: { baseMs: 200, capMs: 10_000 },
    requestsPerSecond: 5,
    requestTimeoutMs: 10_000,
    ...options,
  };
  const wrong = settings.products.find((product) => !productId.safeParse(product).success);
  if (wrong !== undefined)
    throw new RangeError(`products: expected names such as BTC-USD, not ${JSON.stringify(wrong)}`);
  if (settings.products.length === 0) throw new RangeError('products: expected one at least');
  if (new Set(settings.products).size < settings.products.length) throw new RangeError('products: one is named twice');
  const { websocket, rest } = settings.endpoints;
  if (!isWebsocketAddress(websocket))
    throw new RangeError('endpoints.websocket: expected an absolute URL with wss: or ws:');
  if (!isRestAddress(rest)) throw new RangeError('endpoints.rest: expected an absolute URL with https: or http:');
  for (const [name, least] of [
    ['recentTrades', 0],
    ['backfillTrades', 1],
    ['bufferTrades', 1],
    ['staleMs', 1],
    ['reportEveryMs', 0],
    ['gapsEveryMs', 1],
    ['graceMs', 0],
    ['requestsPerSecond', Number.MIN_VALUE],
    ['requestTimeoutMs', 1],
  ] as const) {
    if (!(settings[name] >= least))
      throw new RangeError(`${name}: expected a number from ${least} on, not ${settings[name]}`);
  }
  return settings;
}
