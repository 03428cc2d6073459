import type { Dice } from './dice.ts';

/** The coarse grid has 2^22 seconds, 48 days and a half. */
const levels = 22;
const gridSeconds = 2 ** levels;

/** Streams of the dice, apart from those of other uses. */
const gridStream = 100;
const bridgeStream = 101;

const secondsPerYear = 31_557_600;

/**
 * The logarithm of a price over its base: a random walk whose every point can be told without walking there. On a coarse
 * grid it is rolled around the base, so that it stays near for ever; between two points of the grid it is a Brownian bridge,
 * by midpoint displacement, down to the second. Seen from nearby that is a geometric random walk.
 *
 * @see Fournier, Fussell, Carpenter, "Computer Rendering of Stochastic Models", CACM 25(6), 1982 (midpoint displacement).
 */
export class Prices {
  readonly #dice: Dice;
  /** Standard deviation of the middle of a bridge over the whole grid step. */
  readonly #topDeviation: number;

  /** @param volatility - Of a year, as a standard deviation of the logarithm: 0.5 for a calm coin. */
  constructor(dice: Dice, volatility: number) {
    this.#dice = dice;
    // A bridge over T with variance v a second has the variance v * T / 4 in its middle.
    this.#topDeviation = (volatility * Math.sqrt(gridSeconds / secondsPerYear)) / 2;
  }

  /** @param second - Seconds since the epoch; integer from 0 on. */
  at(second: number): number {
    const cell = Math.floor(second / gridSeconds);
    let left = this.#grid(cell);
    let right = this.#grid(cell + 1);
    let start = cell * gridSeconds;
    let span = gridSeconds;
    let deviation = this.#topDeviation;
    for (let level = 0; level < levels && second !== start; level++) {
      const node = start / span;
      const middle = (left + right) / 2 + deviation * this.#dice.normal(bridgeStream + level, node);
      span /= 2;
      if (second < start + span) right = middle;
      else {
        start += span;
        left = middle;
      }
      deviation *= Math.SQRT1_2;
    }
    return left;
  }

  #grid(cell: number): number {
    return 0.15 * this.#dice.normal(gridStream, cell);
  }
}
