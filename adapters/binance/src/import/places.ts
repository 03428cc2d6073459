import type { ReportedTrade } from '@portolan/pricing';
import { maxDecimals, placesOf } from '@portolan/pricing/decimal';

/** Places after the point that prices and sizes of a product have. */
export interface Places {
  readonly price: number;
  readonly size: number;
}

/** How many of some amounts would be taken at each number of places: too few cut an amount off, too many leave it no room. */
class Takers {
  readonly #counts = new Float64Array(maxDecimals + 1);

  add(amount: string): void {
    const most = Math.min(mostPlaces(amount), maxDecimals);
    for (let places = placesOf(amount)!; places <= most; places++) this.#counts[places]!++;
  }

  /** The places from `from` on and before `below` at which most are taken; of several, the fewest. */
  best(from: number, below: number): number {
    let best = from;
    for (let places = from + 1; places < below && places <= maxDecimals; places++)
      if (this.#counts[places]! > this.#counts[best]!) best = places;
    return best;
  }
}

/** What a product has to be like for most of some trades, all of whose decimals are plain ones. */
export class NeededPlaces {
  readonly #price = new Takers();
  readonly #size = new Takers();

  addAll(trades: readonly ReportedTrade[]): this {
    for (const { price, size } of trades) {
      this.#price.add(price);
      this.#size.add(size);
    }
    return this;
  }

  /** @param from - That it has already. @param below - That it cannot have. */
  best(from: Places, below: Places): Places {
    return { price: this.#price.best(from.price, below.price), size: this.#size.best(from.size, below.size) };
  }
}

/** The most places that leave an amount room in a safe integer. A float will do: whoever takes the trade decides exactly. */
const mostPlaces = (amount: string): number => Math.floor(Math.log10(Number.MAX_SAFE_INTEGER / Number(amount)));
