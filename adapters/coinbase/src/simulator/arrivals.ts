import type { Dice } from './dice.ts';

/** A span of one second: its trades have the ranks `first` to `first + count - 1`, counted from 0 since the epoch. */
export interface Second {
  /** Seconds since the epoch. */
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

/** A block has 2^12 seconds, a little over an hour, and always the same number of trades. */
const levels = 12;
const blockSeconds = 2 ** levels;

/**
 * How many trades each second has, without adding up all the seconds before it: every block of seconds has the same number,
 * and each half of a span gets a share of the span's that is rolled for it. Such a cascade makes busy and quiet times on all
 * scales, as markets have them, and any second is twelve halvings away.
 *
 * @see Mandelbrot, Fisher, Calvet, "A Multifractal Model of Asset Returns", Cowles Foundation 1164, 1997.
 */
export class Arrivals {
  readonly #dice: Dice;
  readonly #perBlock: number;

  /** @param perSecond - On average; above 0. */
  constructor(dice: Dice, perSecond: number) {
    this.#dice = dice;
    this.#perBlock = Math.max(1, Math.round(perSecond * blockSeconds));
  }

  /** @param index - Seconds since the epoch; integer from 0 on. */
  second(index: number): Second {
    return this.#descend(Math.floor(index / blockSeconds), (middle) => index < middle);
  }

  /** The second in which the trade of a rank falls. */
  secondOf(rank: number): Second {
    return this.#descend(Math.floor(rank / this.#perBlock), (_middle, firstOfRight) => rank < firstOfRight);
  }

  #descend(block: number, goLeft: (middle: number, firstOfRight: number) => boolean): Second {
    let index = block * blockSeconds;
    let span = blockSeconds;
    let first = block * this.#perBlock;
    let count = this.#perBlock;
    for (let level = 0; level < levels; level++) {
      const share = minShare + shareRange * this.#dice.uniform(level, index / span);
      const left = Math.round(count * share);
      span /= 2;
      if (goLeft(index + span, first + left)) count = left;
      else {
        index += span;
        first += left;
        count -= left;
      }
    }
    return { index, first, count };
  }
}

/** A half gets 35 to 65 of a hundred. */
const minShare = 0.35;
const shareRange = 0.3;
