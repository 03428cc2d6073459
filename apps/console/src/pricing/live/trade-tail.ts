import type { Trade } from '../../api/answers.ts';

/** Trades that are shown. */
export const tailLength = 50;
/** What the rate is taken over, in milliseconds. */
export const rateMs = 10_000;

const keyOf = ({ source, id }: Trade): string => `${source}/${id}`;

/** By time, the newest first; trades of one instant by the exchange's numbers, where they are numbers. */
function newestFirst(a: Trade, b: Trade): number {
  if (a.time !== b.time) return a.time < b.time ? 1 : -1;
  return Number(b.id) - Number(a.id) || 0;
}

/** The newest trades of a product, and how many there are a second. */
export class TradeTail {
  #newest: readonly Trade[] = [];
  /** Trades of the last seconds, however many: milliseconds since 1970 and how many they stand for. */
  readonly #recent = new Map<string, { readonly at: number; readonly count: number }>();

  /** The newest first. */
  get newest(): readonly Trade[] {
    return this.#newest;
  }

  get latest(): Trade | undefined {
    return this.#newest[0];
  }

  /** Takes trades in any order; those that it has already change nothing. */
  take(trades: readonly Trade[], now: number): void {
    const known = new Set(this.#newest.map(keyOf));
    const fresh = trades.filter((trade) => {
      const key = keyOf(trade);
      if (known.has(key) || this.#recent.has(key)) return false;
      known.add(key);
      return true;
    });
    if (fresh.length === 0) return;
    this.#newest = [...fresh, ...this.#newest].toSorted(newestFirst).slice(0, tailLength);
    for (const trade of fresh) {
      const at = Date.parse(trade.time);
      if (at > now - rateMs) this.#recent.set(keyOf(trade), { at, count: trade.count ?? 1 });
    }
    this.#forget(now);
  }

  /** Trades of the last ten seconds, by second. */
  perSecond(now: number): number {
    this.#forget(now);
    let count = 0;
    for (const trade of this.#recent.values()) count += trade.count;
    return (count * 1_000) / rateMs;
  }

  #forget(now: number): void {
    for (const [key, { at }] of this.#recent) if (at <= now - rateMs) this.#recent.delete(key);
  }
}
