import { incrementOf, placesOf, shortest } from './decimal.ts';

test.each([
  ['93576.00000000', 0, '93576'],
  ['0.00100000', 3, '0.001'],
  ['0', 0, '0'],
  ['0.0', 0, '0'],
  ['10', 0, '10'],
  ['100.5', 1, '100.5'],
  ['1234567890123456789.123456789012345678', 18, '1234567890123456789.123456789012345678'],
])('%s has %d places and is %s in short', (text, places, short) => {
  expect(placesOf(text)).toBe(places);
  expect(shortest(text)).toBe(short);
});

test.each(['', '.', '.5', '5.', '1e3', '1E-8', '+1', '-1', '01', '00.5', '1,5', ' 1', '1 ', '1\n', 'NaN', '0x1', '１'])(
  '%p is no plain decimal',
  (text) => {
    expect(placesOf(text)).toBe(-1);
    expect(shortest(text)).toBeUndefined();
  },
);

test('increments are powers of ten', () => {
  expect([0, 1, 2, 8].map(incrementOf)).toEqual(['1', '0.1', '0.01', '0.00000001']);
});
