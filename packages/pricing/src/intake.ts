/** A trade as a source reports it. Decimals and times are text, so that nothing is lost on the way. */
export interface ReportedTrade {
  readonly product: string;
  /** 1 to 64 of A-Z, a-z, 0-9 and `_.:-`; the source's own. */
  readonly id: string;
  /** ISO 8601 with up to six digits of a second's fraction, in UTC or with an offset. */
  readonly time: string;
  /** A plain decimal, as `50000.01`. */
  readonly price: string;
  readonly size: string;
  /** The taker's. */
  readonly side: 'buy' | 'sell';
  readonly source: string;
  /** Exchange trades that this one stands for: ids from `id` on. @default 1 */
  readonly count?: number;
}

/** What became of one trade. */
export type TradeResult = { readonly status: 'accepted' } | { readonly status: 'duplicate' } | Rejected;

export interface Rejected {
  readonly status: 'rejected';
  readonly reason: string;
  readonly field?: string;
}

/** How a feed stands, as it says itself. */
export interface FeedReport {
  /** Connected and receiving; on the way there; waiting until it tries again. */
  readonly state: 'live' | 'connecting' | 'waiting';
  /** Where it reads from, for people: a URL without secrets. */
  readonly endpoint: string;
  /** Prices that somebody made up. */
  readonly simulated: boolean;
  readonly products: readonly string[];
  /** Why it waits, say. */
  readonly detail?: string;
  /** What the source itself states: at `time` the newest trade of the product was `lastId`. */
  readonly marks: readonly { readonly product: string; readonly lastId: string; readonly time: string }[];
}

/** Trades that are missing for sure: a source's ids from `first` to `last`. */
export interface Gap {
  readonly source: string;
  readonly first: string;
  readonly last: string;
  /** How many ids that is. */
  readonly missing: number;
  /** Times of the nearest trades known on both sides. */
  readonly after: string;
  readonly before: string;
}

/** How feeds and importers hand trades to the domain, in the same process or over HTTP. */
export interface TradeIntake {
  /**
   * Makes a product known, with increments at least as fine as these: finer ones that it has are kept. Idempotent, and in any
   * order with other callers.
   *
   * @throws {PortError} `invalid` where they cannot be had: they are none, or too fine for what was traded.
   */
  addProduct(product: {
    readonly id: string;
    readonly priceIncrement: string;
    readonly sizeIncrement: string;
  }): Promise<void>;
  /**
   * Takes on 1 to 5,000 trades; a result each, in order. Idempotent.
   *
   * @throws {PortError} where it is not known what became of them: send them again.
   */
  accept(trades: readonly ReportedTrade[]): Promise<readonly TradeResult[]>;
  report(source: string, feed: FeedReport): Promise<void>;
  /** The newest 1,000 gaps of a product, the newest first. @param source - Only those of one. */
  gaps(product: string, source?: string): Promise<readonly Gap[]>;
}
