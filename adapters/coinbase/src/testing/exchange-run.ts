import assert from 'node:assert/strict';
import type { Log } from '@portolan/kernel';
import { VirtualAlarm } from '@portolan/node/testing';
import type { ReportedTrade } from '@portolan/pricing';
import { formatDecimal, parseDecimal } from '@portolan/pricing/decimal';
import { parseTime } from '@portolan/pricing/time';
import { startCoinbaseFeed, type CoinbaseFeed, type CoinbaseFeedOptions } from '../index.ts';
import {
  startExchangeSimulator,
  type ExchangeSimulator,
  type ExchangeSimulatorOptions,
  type TapeTrade,
} from '../simulator/index.ts';
import { MemoryIntake } from './memory-intake.ts';
import { pass } from './virtual-time.ts';

/** Fast enough for a test: a hundred trades a second of each product, and everything that is waited for in milliseconds. */
export const quickExchange: ExchangeSimulatorOptions = { seed: 11, tradesPerSecond: 100, heartbeatMs: 50 };

const quickFeed = {
  ...{ products: ['BTC-USD'], recentTrades: 20, staleMs: 400, reportEveryMs: 50, gapsEveryMs: 200, graceMs: 30 },
  reconnect: { baseMs: 20, capMs: 50 },
  retry: { baseMs: 5, capMs: 20 },
  requestsPerSecond: 200,
};

/**
 * A feed between a simulated exchange and an intake in memory. The connections between them are real and time is not: it moves
 * on only where a test waits for something, so that a busy machine makes nobody late.
 */
export class ExchangeRun implements AsyncDisposable {
  readonly intake: MemoryIntake;
  readonly alarm: VirtualAlarm;
  readonly lines: string[] = [];
  readonly #products: readonly string[];
  readonly exchange: ExchangeSimulator;
  readonly feed: CoinbaseFeed;

  private constructor(
    { intake, alarm }: Pick<ExchangeRun, 'intake' | 'alarm'>,
    exchange: ExchangeSimulator,
    options: Partial<CoinbaseFeedOptions>,
  ) {
    this.intake = intake;
    this.alarm = alarm;
    this.exchange = exchange;
    this.#products = options.products ?? quickFeed.products;
    this.feed = this.#follow(options);
  }

  /** @param before - A run that is over: its intake and its time go on. */
  static async start(
    options: Partial<CoinbaseFeedOptions> = {},
    exchange: ExchangeSimulatorOptions = {},
    before: Pick<ExchangeRun, 'intake' | 'alarm'> = { intake: new MemoryIntake(), alarm: new VirtualAlarm() },
  ): Promise<ExchangeRun> {
    const { alarm } = before;
    // The limit of the real exchange has a test of its own.
    const restLimit = { perSecond: 1_000, burst: 1_000 };
    const started = await startExchangeSimulator({ alarm, restLimit, ...quickExchange, ...exchange });
    return new ExchangeRun(before, started, options);
  }

  #follow(options: Partial<CoinbaseFeedOptions>): CoinbaseFeed {
    const say = (line: string): void => void this.lines.push(line);
    const log: Log = { debug: say, info: say, warn: say, error: say };
    const endpoints = { websocket: this.exchange.websocketUrl, rest: this.exchange.restUrl };
    const { intake, alarm } = this;
    return startCoinbaseFeed({ ...quickFeed, intake, alarm, endpoints, simulated: true, log, ...options });
  }

  /** Moves time on until a condition holds. */
  async until(condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
    const end = this.alarm.clock.now() + withinMs;
    while (!(await condition())) {
      if (this.alarm.clock.now() > end) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
      await pass(this.alarm, 5);
    }
  }

  /** The last trade that the exchange has made by now. */
  newest(product = 'BTC-USD'): number {
    const { tape } = this.exchange;
    return tape.older(product, tape.marketTime(this.alarm.clock.now()), Infinity, 1)[0]!.id;
  }

  /** Waits until the intake has a trade that is yet to be made. */
  async moreTrades(count = 3, product = 'BTC-USD'): Promise<void> {
    const id = this.newest(product) + count;
    await this.until(() => Number(this.intake.held(product).at(-1)?.id ?? 0) >= id);
  }

  /**
   * Waits until the intake has every trade of the exchange, from the first one that it got to one that was not yet made
   * when this was called, and compares each with the tape.
   */
  async complete(): Promise<void> {
    for (const product of this.#products) {
      const until = this.newest(product) + 1;
      await this.until(async () => {
        const held = this.intake.held(product);
        return Number(held.at(-1)?.id ?? 0) >= until && (await this.intake.gaps(product)).length === 0;
      });
      const held = this.intake.held(product);
      const first = Number(held[0]!.id);
      const made = this.exchange.tape.newer(product, Infinity, first - 1, held.length);
      assert.deepEqual(
        held.map(canonical),
        made.map((trade) => tapeTrade(product, trade)),
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.intake.release();
    await this.feed.stop();
    await this.exchange.stop();
  }
}

/** Looks again and again, for a bounded time of the real clock, until a condition holds. */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** REST writes all decimals with eight digits, the stream in minimal form: one trade, whichever way it came. */
const canonical = (trade: ReportedTrade): object => ({
  ...trade,
  price: minimal(trade.price),
  size: minimal(trade.size),
  time: parseTime(trade.time),
});

const minimal = (decimal: string): string => formatDecimal(parseDecimal(decimal, 8)!, 8);

const tapeTrade = (product: string, { id, micros, price, size, side }: TapeTrade): object => ({
  ...{ product, id: String(id), time: micros, price, size, side, source: 'coinbase' },
});
