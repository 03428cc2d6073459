import { PortError, type ErrorCode } from '@portolan/kernel';
import type { FeedReport, Gap, ReportedTrade, TradeIntake, TradeResult } from '@portolan/pricing';

/** An intake that keeps what it is given, knows a trade by source, product and id, and can be slow or out of order. */
export class MemoryIntake implements TradeIntake {
  readonly products = new Map<string, { readonly priceIncrement: string; readonly sizeIncrement: string }>();
  readonly reports: { readonly source: string; readonly feed: FeedReport }[] = [];
  /** Sizes of the batches that came, those included that were not taken. */
  readonly batches: number[] = [];
  readonly #trades = new Map<string, Map<number, ReportedTrade>>();
  readonly #refused = new Map<string, string | undefined>();
  #failures: ErrorCode[] = [];
  #gate: Promise<void> | undefined;
  #open = (): void => {};

  async addProduct(product: { id: string; priceIncrement: string; sizeIncrement: string }): Promise<void> {
    const { id, ...increments } = product;
    const reason = this.#refused.get(id);
    if (reason !== undefined) throw new PortError('invalid', reason);
    this.products.set(id, increments);
  }

  async accept(trades: readonly ReportedTrade[]): Promise<readonly TradeResult[]> {
    this.batches.push(trades.length);
    if (trades.length < 1 || trades.length > 5_000) throw new PortError('invalid', `${trades.length} trades`);
    await this.#gate;
    const failure = this.#failures.shift();
    // Where it is not known what became of them, the first half was taken: the whole is sent again.
    const reached = failure === undefined ? trades.length : failure === 'timeout' ? trades.length >> 1 : 0;
    const results = trades.slice(0, reached).map((trade) => this.#take(trade));
    if (failure !== undefined) throw new PortError(failure, 'by the test');
    return results;
  }

  async report(source: string, feed: FeedReport): Promise<void> {
    this.reports.push({ source, feed });
  }

  async gaps(product: string, source?: string): Promise<readonly Gap[]> {
    return [...this.#trades]
      .filter(([key]) => (source === undefined ? key.startsWith(`${product} `) : key === `${product} ${source}`))
      .flatMap(([key, trades]) => gapsOf(key.slice(product.length + 1), trades))
      .toReversed();
  }

  /** Does not take a product, for a reason; takes it again without one. */
  refuse(product: string, reason: string | undefined): void {
    this.#refused.set(product, reason);
  }

  /** The next calls of `accept` fail, one with each code. */
  fail(...codes: ErrorCode[]): void {
    this.#failures.push(...codes);
  }

  /** Answers no call of `accept` until it is released. */
  hold(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }

  release(): void {
    this.#open();
    this.#gate = undefined;
  }

  /** Trades of a product that are held, from the lowest id up. */
  held(product: string, source = 'coinbase'): readonly ReportedTrade[] {
    const trades = this.#trades.get(`${product} ${source}`) ?? new Map<number, ReportedTrade>();
    return [...trades].sort(([a], [b]) => a - b).map(([, trade]) => trade);
  }

  /** Forgets trades, as if they had never come. */
  forget(product: string, first: number, last: number, source = 'coinbase'): void {
    for (let id = first; id <= last; id++) this.#trades.get(`${product} ${source}`)?.delete(id);
  }

  #take(trade: ReportedTrade): TradeResult {
    if (!this.products.has(trade.product)) return { status: 'rejected', reason: 'no such product', field: 'product' };
    const key = `${trade.product} ${trade.source}`;
    const trades = this.#trades.get(key) ?? new Map<number, ReportedTrade>();
    this.#trades.set(key, trades);
    if (trades.has(Number(trade.id))) return { status: 'duplicate' };
    trades.set(Number(trade.id), trade);
    return { status: 'accepted' };
  }
}

function gapsOf(source: string, trades: ReadonlyMap<number, ReportedTrade>): Gap[] {
  const ids = [...trades.keys()].sort((a, b) => a - b);
  return ids.flatMap((id, index) => {
    const before = ids[index - 1];
    if (before === undefined || id === before + 1) return [];
    return {
      source,
      first: String(before + 1),
      last: String(id - 1),
      missing: id - before - 1,
      after: trades.get(before)!.time,
      before: trades.get(id)!.time,
    };
  });
}
