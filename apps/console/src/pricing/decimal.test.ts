import { add, compare, placesOf, toPlaces, weightedMean } from './decimal.ts';

test.each([
  ['0.1', '0.2', '0.3'],
  ['0.99999999', '0.00000001', '1'],
  ['100', '0', '100'],
  ['9007199254740993.000000000000000001', '1', '9007199254740994.000000000000000001'],
])('adds %s and %s to %s', (left, right, sum) => {
  expect(add(left, right)).toBe(sum);
});

test.each([
  ['9.9', '10', -1],
  ['1.10', '1.1', 0],
  ['0.00000002', '0.00000001', 1],
  ['9007199254740993', '9007199254740992', 1],
])('compares %s and %s by value, not as text', (left, right, sign) => {
  expect(compare(left, right)).toBe(sign);
});

test.each([
  ['50000.1', 2, '50000.10'],
  ['7', 0, '7'],
  ['7', 3, '7.000'],
  ['2.345', 2, '2.34'],
  ['2.355', 2, '2.36'],
  ['64123.45678901', 2, '64123.46'],
  ['0.999', 2, '1.00'],
])('shows %s with %i places as %s', (text, places, shown) => {
  expect(toPlaces(text, places)).toBe(shown);
});

test('takes means by weight, exactly until they are rounded', () => {
  expect(
    weightedMean(
      [
        ['10', '1'],
        ['20', '3'],
      ],
      8,
    ),
  ).toBe('17.5');
  expect(
    weightedMean(
      [
        ['0.1', '1'],
        ['0.2', '2'],
      ],
      8,
    ),
  ).toBe('0.16666667');
  expect(
    weightedMean(
      [
        ['10', '0'],
        ['20', '0.5'],
      ],
      2,
    ),
  ).toBe('20');
  expect(weightedMean([['10', '0']], 2)).toBeUndefined();
  expect(weightedMean([['100.123456', '1.00000001']], 2)).toBe('100.12');
});

test('reads the places of a product off its increment', () => {
  expect(['0.01', '1', '0.00000001'].map(placesOf)).toEqual([2, 0, 8]);
});
