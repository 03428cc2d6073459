import { canonicalProduct, commonIncrements, productSchema, scaleOf } from './product.ts';

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
  ['0.01', '0.01', '0.01'],
  ['0.01', '0.0100', '0.01'],
  ['0.01', '0.001', '0.001'],
  ['0.01', '0.1', '0.01'],
  ['0.05', '0.1', '0.05'],
  ['0.25', '0.1', '0.05'],
  ['0.5', '0.01', '0.01'],
  ['0.01', '0.004', '0.002'],
  ['0.01', '0.003', '0.001'],
  ['5', '2.5', '2.5'],
  ['5', '2', '1'],
  ['100', '40', '20'],
  ['9007199254740991', '0.000000000000000001', '0.000000000000000001'],
])('the coarsest increment of both %s and %s is %s', (one, other, common) => {
  for (const [a, b] of [
    [one, other],
    [other, one],
  ] as const) {
    expect(commonIncrements(product(a), product(b))).toEqual({ priceIncrement: common, sizeIncrement: '1' });
    expect(commonIncrements(product('1', a), product('1', b))).toEqual({ priceIncrement: '1', sizeIncrement: common });
  }
});
