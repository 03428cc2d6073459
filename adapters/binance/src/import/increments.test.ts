import { PortError } from '@portolan/kernel';
import { placesOf } from '@portolan/pricing/decimal';
import { memoryIntake } from '../testing/memory-intake.ts';
import { newProductRegister } from './increments.ts';
import { NeededPlaces } from './places.ts';

/** Amounts of trades, price and size. */
const needing = (...amounts: readonly (readonly [price: string, size: string])[]): NeededPlaces =>
  new NeededPlaces().addAll(
    amounts.map(([price, size]) => ({ product: 'P', id: '1', time: '', price, size, side: 'buy', source: 's' })),
  );

/** An intake whose product may have no more than so many places. */
function limited(price: number, size: number) {
  const intake = memoryIntake();
  const asked: string[] = [];
  const register = newProductRegister(
    {
      ...intake,
      async addProduct(product) {
        asked.push(`${product.priceIncrement} ${product.sizeIncrement}`);
        if (placesOf(product.priceIncrement)! > price || placesOf(product.sizeIncrement)! > size)
          throw new PortError('invalid', 'too fine');
        await intake.addProduct(product);
      },
    },
    undefined,
    {},
  );
  return { asked, cover: (needed: NeededPlaces) => register.cover('P', needed), products: intake.products };
}

test.each([
  [
    'the finest that leaves all amounts room',
    [
      ['1.5', '0.25'],
      ['93576.123', '3'],
    ],
    { price: 3, size: 2 },
  ],
  [
    'what most need, where not all can have it',
    [
      ['93576.12', '1'],
      ['93576.12', '1'],
      ['1.12345678901234', '1'],
    ],
    { price: 2, size: 0 },
  ],
  [
    'what most have room for',
    [
      ['9007199254740.99', '1'],
      ['1.123', '1'],
      ['1.123', '1'],
    ],
    { price: 3, size: 0 },
  ],
  ['no more than a product may have', [['1.12', '0.1234567890123456789']], { price: 2, size: 0 }],
  ['all that small amounts need', [['0.000000000000000001', '0.00000001']], { price: 18, size: 8 }],
] as const)('a new product gets %s', async (_, amounts, places) => {
  const { cover, products } = limited(18, 18);
  await cover(needing(...amounts));
  expect(products.get('P')).toEqual(places);
});

test('what is refused is not asked for again, and hinders neither what is coarser nor the other of price and size', async () => {
  const { asked, cover, products } = limited(4, 6);
  await cover(needing(['1.12', '1']));
  await cover(needing(['1.12345', '1'], ['1.123', '1.12345'], ['1.123', '1.1234567']));
  expect(products.get('P')).toEqual({ price: 3, size: 5 });
  const before = asked.length;
  await cover(needing(['1.12345', '1.1234567']));
  expect(asked.slice(before)).toEqual([]);
  await cover(needing(['1.1234', '1.123456']));
  expect(asked.slice(before)).toEqual(['0.0001 0.000001']);
});

test('an intake that takes no such product at all is told of', async () => {
  await expect(limited(-1, -1).cover(needing(['1.12', '0.1'], ['1.123', '1']))).rejects.toThrow('too fine');
});
