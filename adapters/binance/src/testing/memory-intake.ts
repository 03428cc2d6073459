import { setImmediate } from 'node:timers/promises';
import type { ReportedTrade, TradeIntake, TradeResult } from '@portolan/pricing';
import { placesOf } from '@portolan/pricing/decimal';

/** What goes wrong with one call of `accept`. */
export interface IntakeFault {
  readonly error: unknown;
  /** Whether the trades were taken on nevertheless. */
  readonly afterwards: boolean;
}

export interface MemoryIntakeOptions {
  /** @param call - Calls of `accept` before this one. */
  readonly faultOf?: (call: number) => IntakeFault | undefined;
  /** Holds every call up, after the trades were taken on. @default one turn of the event loop */
  readonly answer?: () => Promise<void>;
}

/** An intake in memory: it takes each trade on once, and refuses those that its product's increments are too coarse for. */
export interface MemoryIntake extends TradeIntake {
  /** By source, product and id; emptied to forget. */
  readonly trades: Map<string, ReportedTrade>;
  /** By id: places of prices and of sizes. */
  readonly products: Map<string, { readonly price: number; readonly size: number }>;
  readonly calls: () => number;
  /** The most calls of `accept` that were under way at one time. */
  readonly mostAtOnce: () => number;
}

export function memoryIntake({
  faultOf = () => undefined,
  answer = setImmediate,
}: MemoryIntakeOptions = {}): MemoryIntake {
  const trades: MemoryIntake['trades'] = new Map();
  const products: MemoryIntake['products'] = new Map();
  let [calls, underWay, mostAtOnce] = [0, 0, 0];

  const take = (trade: ReportedTrade): TradeResult => {
    const places = products.get(trade.product);
    if (places === undefined)
      return { status: 'rejected', field: 'product', reason: `unknown product ${trade.product}` };
    for (const field of ['price', 'size'] as const) {
      if (placesOf(trade[field])! > places[field])
        return { status: 'rejected', field, reason: `${field} ${trade[field]} has more than ${places[field]} places` };
    }
    const key = [trade.source, trade.product, trade.id].join(' ');
    if (trades.has(key)) return { status: 'duplicate' };
    trades.set(key, trade);
    return { status: 'accepted' };
  };

  return {
    trades,
    products,
    calls: () => calls,
    mostAtOnce: () => mostAtOnce,
    async addProduct({ id, priceIncrement, sizeIncrement }) {
      await setImmediate();
      const { price, size } = products.get(id) ?? { price: 0, size: 0 };
      products.set(id, {
        price: Math.max(price, placesOf(priceIncrement)!),
        size: Math.max(size, placesOf(sizeIncrement)!),
      });
    },
    async accept(handedIn) {
      const fault = faultOf(calls++);
      mostAtOnce = Math.max(mostAtOnce, ++underWay);
      try {
        const results = fault?.afterwards === false ? [] : handedIn.map(take);
        await answer();
        if (fault !== undefined) throw fault.error;
        return results;
      } finally {
        underWay--;
      }
    },
    async report() {},
    async gaps() {
      return [];
    },
  };
}

/** Checkpoints in memory. */
export function memoryCheckpoints() {
  const lines = new Map<string, number>();
  return {
    lines,
    async load(fileKey: string): Promise<number | undefined> {
      return lines.get(fileKey);
    },
    async save(fileKey: string, line: number): Promise<void> {
      lines.set(fileKey, line);
    },
  };
}
