import { channel, kibibytes, minutes, objects, queue, seconds, table, topic } from '@portolan/kernel';
import * as z from 'zod';
import type { StoredSummary } from './summary-codec.ts';

/** What a port stores is written by this domain alone: reading checks that it is of the kind, and trusts the rest. */
const stored = <Item>(field: keyof Item & string) =>
  z.custom<Item>((value) => typeof (value as Item | null)?.[field] === 'string', `a stored item with "${field}"`);

export interface StoredProduct {
  /** Always `all`: products are listed in one partition. */
  readonly list: string;
  readonly id: string;
  readonly priceIncrement: string;
  readonly sizeIncrement: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Where its trades come from, and the largest price and size among them: known here before the first is stored. */
  readonly sources?: readonly string[];
  readonly largest?: { readonly price: string; readonly size: string };
}

export const products = table('products', { item: stored<StoredProduct>('id'), key: ['list', 'id'] });

/** What changes with every batch of a product's trades. */
export interface Ticker {
  readonly product: string;
  /** The oldest time of any trade, microseconds: nothing needs to be looked for before it. */
  readonly earliest?: number;
  /** The newest trade by time, source and id. */
  readonly latest?: StoredTrade;
  /** The running minute as far as this has seen it: for the live candle, which the archive's replaces. */
  readonly running?: { readonly start: number; readonly summary: StoredSummary };
  /** Each source's newest event in microseconds, and when it was last heard of in milliseconds since 1970. */
  readonly sources: Readonly<Record<string, { readonly time: number; readonly heardAt: number }>>;
  /** Microseconds: every interval that ends by then is closed. Never goes back. */
  readonly watermark: number;
  /** Milliseconds since 1970 until which somebody archives this product. */
  readonly archivingUntil: number;
}

export const tickers = table('tickers', { item: stored<Ticker>('product'), key: ['product'] });

/** A trade as the table holds it. */
export interface StoredTrade {
  /** Product and minute: `BTC-USD/2026-01-31T13:05`. */
  readonly minute: string;
  /** Source and the source's own id: `coinbase/123`. */
  readonly id: string;
  /** Microseconds since 1970. */
  readonly time: number;
  readonly price: string;
  readonly size: string;
  readonly side: 'buy' | 'sell';
  /** Left out where it is 1. */
  readonly count?: number;
}

/** The speed layer: every trade, from its acceptance until it is proven to stand in the archive and retention has passed. */
export const trades = table('trades', { item: stored<StoredTrade>('minute'), key: ['minute', 'id'] });

/** Who holds the sequential ids of a block of one source, so that no id is taken on twice. */
export interface BlockClaims {
  /** Product and source: `BTC-USD/coinbase`. */
  readonly source: string;
  /** The number of the block by {@link claimBlock}, as text. */
  readonly block: string;
  /** Ids of trades that cover one each: the minute that they lie in, first offset in the block, last offset. */
  readonly runs: readonly (readonly [minute: number, first: number, last: number])[];
  /** Trades that cover several: the minute, the offset of the first id, below 0 where it lies in a block before, and how many. */
  readonly aggregates?: readonly (readonly [minute: number, first: number, count: number])[];
}

/** Which minute an id belongs to that is no integer. */
export interface NameClaim {
  readonly source: string;
  /** The id behind a colon, which no number of a block begins with. */
  readonly block: string;
  /** Minutes since 1970. */
  readonly minute: number;
}

/** Ids in one item of claims. */
export const claimBlock = 1_000;

export const claims = table('claims', { item: stored<BlockClaims | NameClaim>('block'), key: ['source', 'block'] });

/** The sums of an interval that is written, until the interval around it is written, too. */
export interface SummaryRow {
  /** Product and the interval around it: `BTC-USD/2026-01-31T13`. */
  readonly parent: string;
  /** Its own name: `2026-01-31T13:05`. */
  readonly interval: string;
  readonly summary: StoredSummary;
}

export const summaries = table('summaries', { item: stored<SummaryRow>('interval'), key: ['parent', 'interval'] });

/** An interval whose object must be written, or written anew. */
export interface Mark {
  readonly product: string;
  readonly interval: string;
}

export const marks = table('marks', { item: stored<Mark>('interval'), key: ['product', 'interval'] });

/** A minute whose trades stand in the archive, and in the table until retention has passed. */
export const retirements = table('retirements', { item: stored<Mark>('interval'), key: ['product', 'interval'] });

/** A feed, as it last reported. */
export interface StoredFeed {
  /** Always `all`. */
  readonly list: string;
  readonly source: string;
  readonly state: 'live' | 'connecting' | 'waiting';
  readonly endpoint: string;
  readonly simulated: boolean;
  readonly products: readonly string[];
  readonly detail?: string;
  readonly marks: readonly { readonly product: string; readonly lastId: string; readonly time: string }[];
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

export const feeds = table('feeds', { item: stored<StoredFeed>('source'), key: ['list', 'source'] });

/**
 * The batch layer: an object for every interval with trades, immutable but for revisions. None is larger than what a reader
 * takes into memory at a time: a minute of half a million trades is less than a tenth of it.
 */
export const archive = objects('archive', { maxObjectBytes: kibibytes(128 * 1_024) });

/** Products with intervals to write. */
export const rebuilds = queue('rebuilds', {
  message: z.object({ product: z.string() }),
  visibilityMs: minutes(5),
  retry: { maxAttempts: 20, baseMs: seconds(1), capMs: minutes(5) },
});

export const Revision = z.object({
  product: z.string(),
  /** `2026-01-31T13:05`, `2026-01-31T13`, `2026-01-31`, `2026-01` or `2026`, UTC. */
  interval: z.string(),
  /** The object's key, and its tag now. */
  key: z.string(),
  tag: z.string(),
});
export type Revision = z.infer<typeof Revision>;

/** An object of the archive was written anew: its interval had late, backfilled or corrected trades. */
export const revisions = topic('revisions', { event: Revision, filterable: ['product'] });

const LiveMessage = z.custom<LiveFrame>(
  (value) => typeof (value as LiveFrame | null)?.type === 'string',
  'a frame of the live channel',
);

/** What clients of `/pricing/v1/live` receive. */
export type LiveFrame =
  | { readonly type: 'trades'; readonly product: string; readonly trades: readonly object[] }
  | { readonly type: 'candle'; readonly product: string; readonly interval: '1m'; readonly candle: object }
  | { readonly type: 'feed'; readonly feed: object };

/**
 * Asks for no `slowClients`, so that it may run where the platform holds the sockets: a slow client loses prices either way,
 * and is right again with the next candle, or when it connects anew. What it gets until then differs:
 *
 * - on the local platform and Cloud Run the newest candle of each key waits for it, and trades are dropped;
 * - on API Gateway what comes last is dropped, the newest candle too;
 * - Web PubSub ends its connection.
 */
export const live = channel('live', { message: LiveMessage, whenSlow: 'drop' });
