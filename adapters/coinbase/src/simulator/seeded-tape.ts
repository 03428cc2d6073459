import { formatDecimal } from '@portolan/pricing/decimal';
import { Arrivals, type Second } from './arrivals.ts';
import { Dice, growth } from './dice.ts';
import { Prices } from './prices.ts';
import { digitsOf, type SimulatedProduct, type Tape, type TapeTrade } from './tape.ts';

/** A product with a model of its market. */
export interface SimulatedMarket extends SimulatedProduct {
  /** What the price wanders around. */
  readonly basePrice: number;
  /** Of a year, as a standard deviation of the logarithm. */
  readonly volatility: number;
  /** Half of the trades are larger. */
  readonly medianSize: number;
}

/** The markets of a simulated exchange that is told no others. */
export const simulatedMarkets: readonly SimulatedMarket[] = [
  market('BTC-USD', '0.01', '0.00000001', 84_000, 0.5, 0.004),
  market('ETH-USD', '0.01', '0.00000001', 3_000, 0.7, 0.08),
  market('SOL-USD', '0.01', '0.001', 150, 0.9, 2),
];

export interface SeededTapeOptions {
  /** Integer. Decides everything that is left to chance. */
  readonly seed: number;
  /** When trading began, in milliseconds since 1970; a whole second. @default 2025-01-01T00:00:00Z */
  readonly epoch?: number;
  /** @default {@link simulatedMarkets} */
  readonly markets?: readonly SimulatedMarket[];
  /** Of each product, on average; above 0. @default 5 */
  readonly tradesPerSecond?: number;
}

/**
 * A tape that is computed where it is read: the trade of an id is a pure function of the options. So history needs no
 * storage, two readers see the same, and one that was away finds everything that happened meanwhile.
 *
 * @throws {RangeError} for an option out of range.
 */
export function seededTape(options: SeededTapeOptions): Tape {
  const { seed, epoch = Date.UTC(2025, 0, 1), markets = simulatedMarkets, tradesPerSecond = 5 } = options;
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: expected an integer, not ${seed}`);
  if (!Number.isInteger(epoch / 1_000)) throw new RangeError(`epoch: expected a whole second, not ${epoch}`);
  if (!(tradesPerSecond > 0))
    throw new RangeError(`tradesPerSecond: expected a number above 0, not ${tradesPerSecond}`);
  const tracks = new Map(
    markets.map((one) => [one.id, new Market(one, new Dice(seed, one.id), epoch, tradesPerSecond)]),
  );
  const of = (product: string): Market => {
    const track = tracks.get(product);
    if (track === undefined) throw new RangeError(`${product} is not on this tape`);
    return track;
  };
  return {
    products: markets,
    marketTime: (wallMs) => wallMs * 1_000,
    wallTime: (micros) => Math.ceil(micros / 1_000),
    older: (product, until, below, limit) => of(product).older(until, below, limit),
    newer: (product, until, above, limit) => of(product).newer(until, above, limit),
  };
}

/** Seconds whose trades are kept at hand; a page of the history has a few hundred of them. */
const keptSeconds = 1_000;

class Market {
  readonly #market: SimulatedMarket;
  readonly #dice: Dice;
  readonly #epochMicros: number;
  readonly #perSecond: number;
  readonly #arrivals: Arrivals;
  readonly #prices: Prices;
  readonly #kept = new Map<number, readonly TapeTrade[]>();

  constructor(market: SimulatedMarket, dice: Dice, epoch: number, perSecond: number) {
    this.#market = market;
    this.#dice = dice;
    this.#epochMicros = epoch * 1_000;
    this.#perSecond = perSecond;
    this.#arrivals = new Arrivals(dice, perSecond);
    this.#prices = new Prices(dice, market.volatility);
  }

  older(until: number, below: number, limit: number): readonly TapeTrade[] {
    const trades: TapeTrade[] = [];
    let id = Math.min(below - 1, this.#lastId(until));
    while (id >= 1 && trades.length < limit) {
      const second = this.#arrivals.secondOf(id - 1);
      const made = this.#tradesOf(second);
      for (let at = id - 1 - second.first; at >= 0 && trades.length < limit; at--) trades.push(made[at]!);
      id = second.first;
    }
    return trades;
  }

  newer(until: number, above: number, limit: number): readonly TapeTrade[] {
    const trades: TapeTrade[] = [];
    for (let rank = above; trades.length < limit;) {
      const second = this.#arrivals.secondOf(rank);
      for (const trade of this.#tradesOf(second).slice(rank - second.first)) {
        if (trade.micros > until || trades.length === limit) return trades;
        trades.push(trade);
      }
      rank = second.first + second.count;
    }
    return trades;
  }

  #lastId(until: number): number {
    const index = Math.floor((until - this.#epochMicros) / 1_000_000);
    if (index < 0) return 0;
    const second = this.#arrivals.second(index);
    return second.first + this.#tradesOf(second).filter(({ micros }) => micros <= until).length;
  }

  #tradesOf(second: Second): readonly TapeTrade[] {
    let trades = this.#kept.get(second.index);
    if (trades === undefined) {
      trades = this.#make(second);
      this.#kept.set(second.index, trades);
      if (this.#kept.size > keptSeconds) this.#kept.delete(this.#kept.keys().next().value!);
    }
    return trades;
  }

  #make({ index, first, count }: Second): readonly TapeTrade[] {
    const offsets = Array.from({ length: count }, (_, at) =>
      Math.floor(this.#dice.uniform(streams.offset, first + at) * 1e6),
    );
    offsets.sort((a, b) => a - b);
    const from = this.#prices.at(index);
    const to = this.#prices.at(index + 1);
    // Busy seconds have larger trades, too.
    const bustle = Math.sqrt(count / this.#perSecond);
    return offsets.map((offset, at) => {
      const rank = first + at;
      const level = from + ((to - from) * offset) / 1e6;
      return {
        id: rank + 1,
        micros: this.#epochMicros + index * 1_000_000 + offset,
        ...this.#fill(rank, this.#market.basePrice * growth(level), bustle),
      };
    });
  }

  /** Who takes an order to sell pays half the spread more, who takes one to buy gets it less. */
  #fill(rank: number, middle: number, bustle: number): Pick<TapeTrade, 'price' | 'size' | 'side'> {
    const { priceIncrement, sizeIncrement, medianSize } = this.#market;
    const priceDigits = digitsOf(priceIncrement);
    const sizeDigits = digitsOf(sizeIncrement);
    const side = this.#dice.uniform(streams.side, rank) < 0.5 ? 'sell' : 'buy';
    const half = middle * 0.00003 * this.#dice.uniform(streams.spread, rank);
    const price = Math.round((side === 'buy' ? middle + half : middle - half) * 10 ** priceDigits);
    const size = Math.round(
      medianSize * bustle * growth(1.5 * this.#dice.normal(streams.size, rank)) * 10 ** sizeDigits,
    );
    return {
      price: formatDecimal(Math.max(1, price), priceDigits),
      size: formatDecimal(Math.max(1, size), sizeDigits),
      side,
    };
  }
}

/** Uses of the dice, apart from those of arrivals (from 0) and of prices (from 100). */
const streams = { offset: 200, side: 201, spread: 202, size: 203 } as const;

function market(
  id: string,
  priceIncrement: string,
  sizeIncrement: string,
  basePrice: number,
  volatility: number,
  medianSize: number,
): SimulatedMarket {
  return { id, priceIncrement, sizeIncrement, basePrice, volatility, medianSize };
}
