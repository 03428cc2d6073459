/** A product as the simulated exchange lists it. */
export interface SimulatedProduct {
  /** As `BTC-USD`. */
  readonly id: string;
  /** A power of ten, as `0.01`. */
  readonly priceIncrement: string;
  readonly sizeIncrement: string;
}

/** A trade on a tape. */
export interface TapeTrade {
  readonly id: number;
  /** Microseconds since 1970, of the market's time. */
  readonly micros: number;
  /** Plain decimals in minimal form. */
  readonly price: string;
  readonly size: string;
  /** The taker's. */
  readonly side: 'buy' | 'sell';
}

/**
 * What happens on a simulated exchange, from the first trade to the last that will ever be: the exchange only reads on.
 * Of each product, ids and times grow together.
 */
export interface Tape {
  readonly products: readonly SimulatedProduct[];
  /** The market's time, in microseconds since 1970, at an instant of the wall clock in milliseconds. */
  marketTime(wallMs: number): number;
  /** The first millisecond of the wall clock at which the market's time has reached an instant. */
  wallTime(micros: number): number;
  /** Trades with ids below one, made until an instant of the market's time; the newest first. */
  older(product: string, until: number, below: number, limit: number): readonly TapeTrade[];
  /** Trades with ids above one, made until an instant of the market's time; the oldest first. */
  newer(product: string, until: number, above: number, limit: number): readonly TapeTrade[];
}

/** Digits after the point of an increment such as `0.01`; 0 for `1`. @throws {RangeError} for anything but 1 or 0.0…1. */
export function digitsOf(increment: string): number {
  if (increment === '1') return 0;
  if (!/^0\.0{0,15}1$/.test(increment)) throw new RangeError(`expected an increment such as 0.01, not ${increment}`);
  return increment.length - 2;
}
