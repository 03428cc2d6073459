import { divideRounded, explainDecimal, formatDecimal, parseDecimal, parseSum, placesOf } from './decimal.ts';

describe('parseDecimal', () => {
  const taken: readonly [text: string, decimals: number, units: number][] = [
    ['0', 2, 0],
    ['0.00', 2, 0],
    ['7', 2, 700],
    ['1.5', 2, 150],
    ['1.50', 2, 150],
    ['1.500000', 2, 150],
    ['0.01', 2, 1],
    ['90071992547409.91', 2, Number.MAX_SAFE_INTEGER],
    ['9007199254740991', 0, Number.MAX_SAFE_INTEGER],
    ['0.000000000000000001', 18, 1],
    ['0.009007199254740991', 18, Number.MAX_SAFE_INTEGER],
  ];
  test.each(taken)('reads "%s" at %d decimals', (text, decimals, units) => {
    expect(parseDecimal(text, decimals)).toBe(units);
    expect(parseSum(text, decimals)).toBe(units);
    expect(placesOf(text)).toBeLessThanOrEqual(decimals);
  });

  const refused: readonly [text: string, expected: RegExp][] = [
    ['', /plain decimal/],
    [' 1', /plain decimal/],
    ['1 ', /plain decimal/],
    ['+1', /plain decimal/],
    ['-1', /plain decimal/],
    ['1e3', /plain decimal/],
    ['.5', /plain decimal/],
    ['5.', /plain decimal/],
    ['.', /plain decimal/],
    ['1.2.3', /plain decimal/],
    ['1,5', /plain decimal/],
    ['01', /plain decimal/],
    ['00.5', /plain decimal/],
    ['0x10', /plain decimal/],
    ['Infinity', /plain decimal/],
    ['NaN', /plain decimal/],
    ['٣', /plain decimal/],
    ['1\n', /plain decimal/],
    ['1.005', /at most 2 decimals/],
    ['90071992547409.92', /at most 90071992547409.91/],
    ['900719925474099.1', /at most 90071992547409.91/],
    ['9'.repeat(400), /at most 90071992547409.91/],
  ];
  test.each(refused)('refuses "%s", and says why', (text, expected) => {
    expect(parseDecimal(text, 2)).toBeUndefined();
    expect(explainDecimal(text, 2)).toMatch(expected);
    expect(placesOf(text) === undefined).toBe(expected.source === 'plain decimal');
  });

  test('says what a value must be that is no text', () => {
    expect(explainDecimal(1.5, 2)).toMatch(/as text/);
    expect(explainDecimal('0.5', 0)).toBe('no decimals');
  });
});

test('a sum is read at any size, and is a number where that is exact', () => {
  expect(parseSum('90071992547409.91', 2)).toBe(Number.MAX_SAFE_INTEGER);
  expect(parseSum('90071992547409.92', 2)).toBe(2n ** 53n);
  expect(parseSum('123456789012345678901234567890.12', 4)).toBe(1234567890123456789012345678901200n);
  expect(parseSum('1.234', 2)).toBeUndefined();
  expect(parseSum('-1', 2)).toBeUndefined();
});

test.each([
  [0, 8, '0'],
  [5, 0, '5'],
  [100, 0, '100'],
  [100, 2, '1'],
  [150, 2, '1.5'],
  [1, 8, '0.00000001'],
  [10, 8, '0.0000001'],
  [5_000_010, 2, '50000.1'],
  [123_456_789_012_345_678_901_234n, 5, '1234567890123456789.01234'],
  [0n, 3, '0'],
])('writes %s units of %d decimals as %s', (units, decimals, text) => {
  expect(formatDecimal(units, decimals)).toBe(text);
});

test.each([
  [1n, 3n, '0.33'],
  [2n, 3n, '0.67'],
  [1n, 200n, '0'], // 0.005 lies half way: to the even 0.00
  [3n, 200n, '0.02'], // 0.015: to the even 0.02
  [5n, 200n, '0.02'],
  [501n, 100_000n, '0.01'],
  [6n, 2n, '3'],
  [0n, 7n, '0'],
])('%s / %s to two digits is %s', (numerator, denominator, expected) => {
  expect(divideRounded(numerator, denominator, 0, 2)).toBe(expected);
});

test.each([
  ['93576.00000000', 0],
  ['0.00100000', 3],
  ['0', 0],
  ['0.0', 0],
  ['10', 0],
  ['100.5', 1],
  ['1234567890123456789.123456789012345678', 18],
  ['1.0000000000000000000000000000001', 31],
])('%s needs %d decimals', (text, decimals) => {
  expect(placesOf(text)).toBe(decimals);
});
