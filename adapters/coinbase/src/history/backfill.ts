import { fullJitter, reasonOf, type Random, type RetryPolicy } from '@portolan/kernel';
import type { Alarm } from '@portolan/node';
import type { TradeIntake, TradeResult } from '@portolan/pricing';
import type { Courier } from '../feed/courier.ts';
import type { LimitedLog } from '../feed/limited-log.ts';
import { pause } from '../pause.ts';
import { reportedTrade } from '../protocol/trade.ts';
import { maxPageTrades, type ExchangeRest } from './exchange-rest.ts';
import { idsIn, idsInBoth, rangesOf, withoutRanges, type IdRange } from './id-ranges.ts';
import { Wanted, type Wish } from './wanted.ts';

export interface BackfillOptions {
  readonly rest: Pick<ExchangeRest, 'trades'>;
  readonly courier: Courier;
  readonly intake: TradeIntake;
  readonly source: string;
  readonly products: readonly string[];
  readonly alarm: Alarm;
  readonly random: Random;
  readonly log: LimitedLog;
  readonly retry: Pick<RetryPolicy, 'baseMs' | 'capMs'>;
  readonly signal: AbortSignal;
  /** How far back it goes, in trades of a product from the newest that is known; what lies before stays a gap. */
  readonly backfillTrades: number;
  /** Milliseconds that a trade missing in the stream is given to come by itself. */
  readonly graceMs: number;
  /** How long ids are left alone that were fetched in vain; doubled each time. */
  readonly vainMs: number;
  readonly maxVainMs: number;
}

/**
 * Fetches missing trades from the exchange's history and hands them to the intake. One page at a time, products in turn,
 * the newest of each first: what it holds in memory is a page, and what it has still to do is small, derived, and found
 * again after a crash by asking the intake for its gaps.
 */
export class Backfill {
  readonly counts = { pages: 0, fetched: 0, failures: 0, malformed: 0 };
  readonly #options: BackfillOptions;
  readonly #wanted: ReadonlyMap<string, Wanted>;
  /** The largest id known of each product. */
  readonly #newest = new Map<string, number>();
  /** Ids that each product lacks for good. */
  readonly #leftOut = new Map<string, number>();
  readonly #running: Promise<void>;
  #turn = 0;
  #wake = new AbortController();

  constructor(options: BackfillOptions) {
    this.#options = options;
    this.#wanted = new Map(options.products.map((product) => [product, new Wanted(options)]));
    options.signal.addEventListener('abort', () => this.#wake.abort(), { once: true });
    this.#running = this.#run();
  }

  /** Ids that are wanted. */
  get missing(): number {
    return [...this.#wanted.values()].reduce((sum, wanted) => sum + wanted.size, 0);
  }

  /** Missing trades that are too old to be fetched, when the intake was last asked for its gaps. */
  get leftOut(): number {
    return [...this.#leftOut.values()].reduce((sum, ids) => sum + ids, 0);
  }

  fetch(product: string, { first, last }: IdRange, untilKnown: boolean): void {
    this.#see(product, last);
    const within = { first: Math.max(first, this.#oldest(product)), last };
    if (within.first > last) return;
    const now = this.#options.alarm.clock.now();
    const notBefore = untilKnown ? now : now + this.#options.graceMs;
    this.#wanted.get(product)?.add({ ...within, notBefore, untilKnown }, now);
    this.#wake.abort();
  }

  /** A trade came by itself: where it had been missing, it was only overtaken. */
  came(product: string, id: number): void {
    this.#see(product, id);
    this.#wanted.get(product)?.settle({ first: id, last: id });
  }

  /** Asks the intake what it lacks. */
  async lookForGaps(): Promise<void> {
    const { intake, source, log, products } = this.#options;
    for (const product of products) {
      try {
        const gaps = (await intake.gaps(product, source))
          .map((gap) => ({ first: Number(gap.first), last: Number(gap.last) }))
          .filter(isRange);
        for (const { last } of gaps) this.#see(product, last);
        for (const range of gaps) this.fetch(product, range, false);
        const older: IdRange = { first: 1, last: this.#oldest(product) - 1 };
        this.#leftOut.set(
          product,
          gaps.reduce((sum, gap) => sum + idsInBoth(gap, older), 0),
        );
      } catch (error) {
        log.say('warn', 'gaps', `the intake could not say what it lacks of ${product}: ${reasonOf(error)}`);
      }
    }
  }

  /** Fulfilled once the signal has ended it. */
  settled(): Promise<void> {
    return this.#running;
  }

  #see(product: string, id: number): void {
    this.#newest.set(product, Math.max(id, this.#newest.get(product) ?? 0));
  }

  /** The oldest id that is fetched. */
  #oldest(product: string): number {
    return (this.#newest.get(product) ?? 0) - this.#options.backfillTrades + 1;
  }

  async #run(): Promise<void> {
    const { alarm, signal, random, retry, log } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const job = this.#next();
      if (job === undefined) {
        await this.#idle();
        continue;
      }
      try {
        await this.#fetchPage(job.product, job.wanted, job.wish);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        this.counts.failures++;
        log.say('warn', 'history', `the history of ${job.product} could not be read: ${reasonOf(error)}`);
        await pause(alarm, fullJitter(++failures, random.next(), retry), signal);
      }
    }
  }

  #next(): { product: string; wanted: Wanted; wish: Wish } | undefined {
    const { products, alarm } = this.#options;
    const now = alarm.clock.now();
    for (let step = 0; step < products.length; step++) {
      const product = products[this.#turn++ % products.length]!;
      const wanted = this.#wanted.get(product)!;
      const wish = wanted.next(now);
      if (wish !== undefined) return { product, wanted, wish };
    }
    return undefined;
  }

  async #idle(): Promise<void> {
    const { alarm, signal } = this.#options;
    this.#wake = new AbortController();
    if (signal.aborted) return;
    const dueAt = Math.min(...[...this.#wanted.values()].map((wanted) => wanted.dueAt));
    // Where nothing is wanted it sleeps until it is woken; a day stands for ever.
    await pause(alarm, Math.min(86_400_000, dueAt - alarm.clock.now()), this.#wake.signal);
  }

  async #fetchPage(product: string, wanted: Wanted, wish: Wish): Promise<void> {
    const { rest, courier, source, alarm, log } = this.#options;
    const page = await rest.trades(product, wish.last + 1, Math.min(maxPageTrades, idsIn(wish)));
    this.counts.pages++;
    this.counts.malformed += page.malformed.length;
    for (const problem of page.malformed)
      log.say('warn', 'malformed history', `a malformed trade was left out: ${problem}`);

    // Below the oldest of the page lies the next page; below an empty one lies nothing.
    const asked: IdRange = { first: Math.max(wish.first, page.oldestId ?? wish.first), last: wish.last };
    const found = page.trades.filter(({ trade_id: id }) => id >= asked.first && id <= asked.last);
    const results =
      found.length === 0 ? [] : await courier.handOver(found.map((trade) => reportedTrade(source, product, trade)));
    if (results === undefined) return;
    this.counts.fetched += found.length;

    wanted.settle(asked);
    const taken = found.filter((_, index) => results[index]!.status !== 'rejected').map(({ trade_id: id }) => id);
    wanted.inVain(withoutRanges(asked, rangesOf(taken)), alarm.clock.now());
    if (wish.untilKnown && knows(results) && asked.first > wish.first) {
      wanted.settle({ first: wish.first, last: asked.first - 1 });
    }
  }
}

/** Whether the intake had the oldest of a page already. */
const knows = (results: readonly TradeResult[]): boolean => results.at(-1)?.status === 'duplicate';

const isRange = ({ first, last }: IdRange): boolean =>
  Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 1 && first <= last;
