import type { CandleView, Gap, ReportedTrade } from '@portolan/pricing';
import { exactCandles, type ExactCandle, inOrder, intervalName, type Level } from './exact-candles.ts';

/** What must be shown of one product, whose trades are of one source and later the higher their id. */
export class HeldTrades {
  readonly #trades: readonly ReportedTrade[];
  readonly #priceDecimals: number;

  /** @param trades - Every trade that is held, each once. */
  constructor(trades: readonly ReportedTrade[], priceDecimals: number) {
    this.#trades = inOrder(trades);
    this.#priceDecimals = priceDecimals;
  }

  get trades(): readonly ReportedTrade[] {
    return this.#trades;
  }

  /** The ids between those that are held. */
  gaps(): readonly Gap[] {
    return this.#holes().map(([before, after]) => ({
      source: before.source,
      first: String(lastId(before) + 1),
      last: String(Number(after.id) - 1),
      missing: Number(after.id) - lastId(before) - 1,
      after: before.time,
      before: after.time,
    }));
  }

  /** What follows from the trades of each interval, by its name. */
  exact(level: Level): ReadonlyMap<string, ExactCandle> {
    return exactCandles(this.#trades, level, this.#priceDecimals);
  }

  /** Intervals next to a gap are not complete, nor are the first and the last, as nobody knows what lies beyond. */
  candles(level: Level): readonly CandleView[] {
    const edges = [this.#trades[0]!, this.#trades.at(-1)!, ...this.#holes().flat()];
    const open = new Set(edges.map(({ time }) => intervalName(level, time)));
    return [...this.exact(level)].map(([name, candle]) => ({
      start: `${name}${'0000-01-01T00:00:00.000000Z'.slice(name.length)}`,
      ...candle,
      complete: !open.has(name),
    }));
  }

  /** What the archive holds of each minute, by its name: JSON lines. */
  minutes(): ReadonlyMap<string, string> {
    const minutes = Map.groupBy(this.#trades, ({ time }) => intervalName('minute', time));
    return new Map([...minutes].map(([name, some]) => [name, some.map(lineOf).join('')]));
  }

  #holes(): (readonly [before: ReportedTrade, after: ReportedTrade])[] {
    return this.#trades.flatMap((after, at) => {
      const before = this.#trades[at - 1];
      return before === undefined || lastId(before) + 1 === Number(after.id) ? [] : [[before, after] as const];
    });
  }
}

const lastId = ({ id, count = 1 }: ReportedTrade): number => Number(id) + count - 1;

const lineOf = ({ source, id, time, price, size, side, count }: ReportedTrade): string =>
  `${JSON.stringify({ source, id, time, price, size, side, count })}\n`;
