/** Exact arithmetic on the decimals of the API, which are text and not below 0: "50000.1", never "1e3". */
interface Decimal {
  /** The number without its point. */
  readonly units: bigint;
  readonly places: number;
}

const read = (text: string): Decimal => {
  const point = text.indexOf('.');
  return point === -1
    ? { units: BigInt(text), places: 0 }
    : { units: BigInt(text.slice(0, point) + text.slice(point + 1)), places: text.length - point - 1 };
};

const unitsIn = ({ units, places }: Decimal, wanted: number): bigint => units * 10n ** BigInt(wanted - places);

/** With so many digits behind the point, zeros included. */
function write(units: bigint, places: number): string {
  if (places === 0) return String(units);
  const digits = String(units).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Without zeros at the end. */
const shortest = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

export function add(left: string, right: string): string {
  const [a, b] = [read(left), read(right)];
  const places = Math.max(a.places, b.places);
  return shortest(write(unitsIn(a, places) + unitsIn(b, places), places));
}

/** Below 0 where the left one is smaller. */
export function compare(left: string, right: string): number {
  const [a, b] = [read(left), read(right)];
  const places = Math.max(a.places, b.places);
  const difference = unitsIn(a, places) - unitsIn(b, places);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The mean of values by their weights, which may be 0 but for one, to so many places, half to even. */
export function weightedMean(
  parts: readonly (readonly [value: string, weight: string])[],
  places: number,
): string | undefined {
  let sum: Decimal = { units: 0n, places: 0 };
  let weights: Decimal = { units: 0n, places: 0 };
  for (const [value, weight] of parts) {
    const [a, b] = [read(value), read(weight)];
    sum = plus(sum, { units: a.units * b.units, places: a.places + b.places });
    weights = plus(weights, b);
  }
  if (weights.units === 0n) return undefined;
  const shift = places + weights.places - sum.places;
  const [over, under] = shift >= 0 ? [10n ** BigInt(shift), 1n] : [1n, 10n ** BigInt(-shift)];
  return shortest(write(divide(sum.units * over, weights.units * under), places));
}

function plus(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places);
  return { units: unitsIn(a, places) + unitsIn(b, places), places };
}

/** Half to even; the divisor is above 0. */
function divide(units: bigint, divisor: bigint): bigint {
  const whole = units / divisor;
  const rest = units % divisor;
  const up = rest * 2n > divisor || (rest * 2n === divisor && whole % 2n === 1n);
  return up ? whole + 1n : whole;
}

/** With exactly so many digits behind the point: padded, or rounded half to even. */
export function toPlaces(text: string, places: number): string {
  const decimal = read(text);
  return decimal.places <= places
    ? write(unitsIn(decimal, places), places)
    : write(divide(decimal.units, 10n ** BigInt(decimal.places - places)), places);
}

/** Digits behind the point: 2 for "0.01". */
export const placesOf = (increment: string): number => read(increment).places;
