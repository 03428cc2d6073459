/** Places after the point that increments may have; sums of price times size have twice as many. */
export const maxDecimals = 18;

const powers = Array.from({ length: 2 * maxDecimals + 1 }, (_, exponent) => 10 ** exponent);
const bigPowers = Array.from({ length: 2 * maxDecimals + 1 }, (_, exponent) => 10n ** BigInt(exponent));
const zero = 48;
const nine = 57;
const point = 46;

/** 10^exponent, exact. */
export const bigPower = (exponent: number): bigint => bigPowers[exponent] ?? 10n ** BigInt(exponent);

/**
 * Reads a plain decimal into units of 10^-decimals: digits, and a point with digits after it where there is one. No sign,
 * exponent, space or leading zero. Zeros at the end are taken, so "1.50" reads as "1.5" does.
 *
 * @param decimals - 0 to 22.
 * @returns A safe integer, or `undefined` where the text is something else, is more precise than `decimals`, or means
 * more than 2^53-1 units. {@link explainDecimal} says which.
 */
export function parseDecimal(text: string, decimals: number): number | undefined {
  const { length } = text;
  let units = 0;
  let index = 0;
  for (; index < length; index++) {
    const digit = text.charCodeAt(index) - zero;
    if (digit < 0 || digit > 9) break;
    units = units * 10 + digit;
  }
  if (index === 0 || (index > 1 && text.charCodeAt(0) === zero)) return undefined;
  let places = decimals;
  if (index < length) {
    if (text.charCodeAt(index) !== point || ++index === length) return undefined;
    for (; index < length; index++) {
      const digit = text.charCodeAt(index) - zero;
      if (digit < 0 || digit > 9) return undefined;
      if (places > 0) {
        units = units * 10 + digit;
        places--;
      } else if (digit !== 0) return undefined;
    }
  }
  // What passed 2^53 on the way was rounded, but never back below it: one look at the end is enough.
  units *= powers[places]!;
  return units <= Number.MAX_SAFE_INTEGER ? units : undefined;
}

/**
 * The fewest decimals at which {@link parseDecimal} and {@link parseSum} can read a plain decimal: its places after the point,
 * without zeros at the end.
 *
 * @returns `undefined` for text that is no plain decimal.
 */
export function placesOf(text: string): number | undefined {
  const { length } = text;
  let index = digitsEnd(text, 0);
  if (index === 0 || (index > 1 && text.charCodeAt(0) === zero)) return undefined;
  if (index === length) return 0;
  const fraction = index + 1;
  if (text.charCodeAt(index) !== point || fraction === length || digitsEnd(text, fraction) < length) return undefined;
  for (index = length; text.charCodeAt(index - 1) === zero;) index--;
  return index - fraction;
}

function digitsEnd(text: string, from: number): number {
  let index = from;
  while (index < text.length && text.charCodeAt(index) >= zero && text.charCodeAt(index) <= nine) index++;
  return index;
}

const plainDecimal = /^(?:0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/** As {@link parseDecimal}, of any size: for sums. A number where it is a safe integer, else a bigint. */
export function parseSum(text: string, decimals: number): number | bigint | undefined {
  if (text.length <= 16) {
    const small = parseDecimal(text, decimals);
    if (small !== undefined) return small;
  }
  const match = plainDecimal.exec(text);
  if (match === null) return undefined;
  const fraction = (match[1] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) return undefined;
  const whole = match[1] === undefined ? text : text.slice(0, text.length - match[1].length - 1);
  return narrow(BigInt(whole + fraction) * bigPower(decimals - fraction.length));
}

/** The same integer as a number where that is exact. */
export const narrow = (sum: bigint): number | bigint => (sum <= Number.MAX_SAFE_INTEGER ? Number(sum) : sum);

/**
 * Writes units of 10^-decimals as the shortest plain decimal: "50000.1", "0", "0.001".
 *
 * @param units - An integer, not negative; a number must be a safe one.
 */
export function formatDecimal(units: number | bigint, decimals: number): string {
  const digits = String(units);
  if (digits === '0' || decimals === 0) return digits;
  let end = digits.length;
  let places = decimals;
  while (places > 0 && digits.charCodeAt(end - 1) === zero) {
    end--;
    places--;
  }
  if (places === 0) return digits.slice(0, end);
  if (end > places) return `${digits.slice(0, end - places)}.${digits.slice(end - places, end)}`;
  return `0.${'0'.repeat(places - end)}${digits.slice(0, end)}`;
}

/**
 * Divides exactly, rounds half to even once, and writes the result.
 *
 * @param numerator - Not negative. The quotient's units are 10^-decimals.
 * @param denominator - Above 0.
 * @param extraDigits - Places to round to beyond `decimals`.
 */
export function divideRounded(numerator: bigint, denominator: bigint, decimals: number, extraDigits: number): string {
  const scaled = numerator * bigPower(extraDigits);
  const quotient = scaled / denominator;
  const twice = (scaled - quotient * denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return formatDecimal(up ? quotient + 1n : quotient, decimals + extraDigits);
}

/** What was expected instead of a value that {@link parseDecimal} does not take, in words that follow "expected". */
export function explainDecimal(value: unknown, decimals: number): string {
  if (typeof value !== 'string') return 'a decimal as text, such as "50000.01"';
  const match = plainDecimal.exec(value);
  if (match === null) return 'a plain decimal such as "50000.01", without sign, exponent, spaces or leading zeros';
  const fraction = (match[1] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) return decimals === 0 ? 'no decimals' : `at most ${decimals} decimals`;
  return `at most ${formatDecimal(Number.MAX_SAFE_INTEGER, decimals)}`;
}
