import { setTimeout as pause } from 'node:timers/promises';
import type { ReportedTrade, TradeResult } from '@portolan/pricing';
import type { Draws } from './draws.ts';
import type { Address } from './load.ts';
import { askPricing } from './prices.ts';

/** What is known of a trade that was handed in. */
export interface Fate {
  readonly trade: ReportedTrade;
  /** Whether it was ever answered as accepted or known. If not, it may have been taken on or not. */
  answered: boolean;
  /** How often it was answered as accepted. */
  accepted: number;
}

/** Clients that hand in batches of trades, and remember what they were told. */
export interface TradeLoad {
  /** By product and id. */
  readonly fates: ReadonlyMap<string, Fate>;
  /** Answers that refused what should have been taken. */
  readonly refusals: readonly string[];
  /** Requests without an answer so far, and batches that wait for one. */
  readonly underWay: number;
  readonly waiting: number;
  /** More to hand in. */
  add(batches: readonly (readonly ReportedTrade[])[]): void;
  /** Resolves when no batch waits. The platform must be up. */
  finish(): Promise<void>;
}

/** A batch that the platform took to its grave is sent again once the platform is back, or given up, by a draw. */
export function startTradeLoad(clients: number, address: Address, draws: Draws): TradeLoad {
  const fates = new Map<string, Fate>();
  const refusals: string[] = [];
  const queue: (readonly ReportedTrade[])[] = [];
  let news = Promise.withResolvers<void>();
  let underWay = 0;
  let finished = false;

  const settle = (batch: readonly ReportedTrade[], results: readonly TradeResult[] | undefined): void => {
    batch.forEach((trade, at) => {
      const key = `${trade.product}/${trade.id}`;
      const fate = fates.get(key) ?? { trade, answered: false, accepted: 0 };
      fates.set(key, fate);
      const result = results?.[at];
      if (result?.status === 'rejected') refusals.push(`${key}: ${result.reason}`);
      fate.answered ||= result !== undefined;
      if (result?.status === 'accepted') fate.accepted++;
    });
  };
  const handIn = async (batch: readonly ReportedTrade[]): Promise<void> => {
    for (;;) {
      const url = await address.url;
      underWay++;
      const results = await askPricing<{ readonly results: readonly TradeResult[] }>(url, '/trades', 'POST', {
        trades: batch,
      })
        .then(({ results }) => results)
        .catch((error: unknown) => {
          if (/answered \d/.test(String(error))) refusals.push(String(error));
          return undefined;
        })
        .finally(() => underWay--);
      if (results !== undefined || draws.next() < 0.3) return settle(batch, results);
      // The platform is known to be gone a little after its connections are.
      await pause(20);
    }
  };
  const client = async (): Promise<void> => {
    for (;;) {
      const batch = queue.shift();
      if (batch !== undefined) {
        await handIn(batch);
        await pause(draws.between(0, 20));
      } else if (finished) return;
      else await news.promise;
    }
  };
  const wake = (): void => {
    news.resolve();
    news = Promise.withResolvers();
  };
  const running = Array.from({ length: clients }, client);
  return {
    fates,
    refusals,
    get underWay() {
      return underWay;
    },
    get waiting() {
      return queue.length;
    },
    add(batches) {
      queue.push(...batches);
      wake();
    },
    async finish() {
      finished = true;
      wake();
      await Promise.all(running);
    },
  };
}
