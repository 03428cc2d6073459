import fc from 'fast-check';
import { divideRounded, formatDecimal, parseDecimal, parseSum, placesOf } from './decimal.ts';

const decimals = fc.integer({ min: 0, max: 18 });
const units = fc.oneof(fc.maxSafeNat(), fc.nat(100_000));

test('what is written reads back as the same units, and is written in no other way', () => {
  fc.assert(
    fc.property(units, decimals, (some, places) => {
      const text = formatDecimal(some, places);
      expect(parseDecimal(text, places)).toBe(some);
      expect(text).toMatch(/^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/);
      expect(parseDecimal(`${text}${text.includes('.') ? '' : '.'}000`, places)).toBe(some);
    }),
  );
});

test('sums of any size read back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.integer({ min: 0, max: 36 }), (sum, places) => {
      expect(BigInt(parseSum(formatDecimal(sum, places), places)!)).toBe(sum);
    }),
  );
});

test('any text is read as exact arithmetic reads it, or not at all', () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '9'), maxLength: 20 });
  const text = fc.tuple(digits, fc.constantFrom('', '.'), digits).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, decimals, (some, places) => {
      const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(some);
      const fraction = match?.[2] ?? '';
      const exact = match && BigInt(match[1]! + fraction) * 10n ** 20n;
      const unit = 10n ** BigInt(20 + fraction.length - places);
      const expected =
        exact === null || exact % unit !== 0n || exact / unit > Number.MAX_SAFE_INTEGER ? undefined : exact / unit;
      expect(parseDecimal(some, places)).toBe(expected === undefined ? undefined : Number(expected));
      expect(placesOf(some)).toBe(match === null ? undefined : fraction.replace(/0+$/, '').length);
    }),
    { numRuns: 500 },
  );
});

test('a quotient is the nearest, and the even one half way', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 25n });
  fc.assert(
    fc.property(fc.oneof(amount, fc.bigInt(0n, 1_000n)), fc.bigInt(1n, 1_000n), (numerator, denominator) => {
      const quotient = BigInt(parseSum(divideRounded(numerator, denominator, 2, 3), 5)!);
      // Twice the distance from the exact quotient, times the denominator.
      const off = 2n * (quotient * denominator - numerator * 1_000n);
      const distance = off < 0n ? -off : off;
      expect(distance <= denominator).toBe(true);
      if (distance === denominator) expect(quotient % 2n).toBe(0n);
    }),
    { numRuns: 500 },
  );
});
