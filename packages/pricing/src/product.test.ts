import { canonicalProduct, productSchema, refines, scaleOf } from './product.ts';

const product = (priceIncrement: string, sizeIncrement = '1') => ({ id: 'BTC-USD', priceIncrement, sizeIncrement });

test.each([
  ['0.01', 2, 1],
  ['0.25', 2, 25],
  ['5', 0, 5],
  ['100', 0, 100],
  ['0.50', 1, 5],
  ['1.0', 0, 1],
  ['0.000000000000000001', 18, 1],
])('an increment of %s is %d decimals and a step of %d units', (increment, decimals, step) => {
  expect(scaleOf(product(increment))).toMatchObject({ priceDecimals: decimals, priceStep: step });
  expect(scaleOf(product('1', increment))).toMatchObject({ sizeDecimals: decimals, sizeStep: step });
});

test.each(['0', '0.00', '-1', '1e-8', '', '.5', '0.0000000000000000001', '90071992547409920', '1'.repeat(41)])(
  'an increment of "%s" is refused',
  (increment) => {
    expect(productSchema.safeParse(product(increment)).success).toBe(false);
    expect(() => scaleOf(product(increment))).toThrow(RangeError);
  },
);

test.each([
  ['A', true],
  ['BTC-USD', true],
  ['1inch_usd.x', true],
  ['x'.repeat(40), true],
  ['', false],
  ['x'.repeat(41), false],
  ['-BTC', false],
  ['.', false],
  ['BTC/USD', false],
  ['BTC USD', false],
  ['BTC-USD\n', false],
  ['Ä', false],
])('the id "%s" is taken: %s', (id, taken) => {
  expect(productSchema.safeParse({ ...product('1'), id }).success).toBe(taken);
});

test('increments have one form', () => {
  expect(canonicalProduct(product('0.010', '1.0'))).toEqual(product('0.01', '1'));
});

test.each([
  ['0.01', '0.01', true],
  ['0.01', '0.005', true],
  ['0.01', '0.001', true],
  ['0.01', '0.0050', true],
  ['5', '0.5', true],
  ['5', '2.5', true],
  ['100', '1', true],
  ['0.01', '0.1', false],
  ['0.01', '0.004', false],
  ['0.01', '0.003', false],
  ['5', '2', false],
  ['1', '2', false],
  ['2.5', '5', false],
])('from %s to %s is a refinement: %s', (before, after, expected) => {
  expect(refines(product(before), product(after))).toBe(expected);
  expect(refines(product('1', before), product('1', after))).toBe(expected);
});
