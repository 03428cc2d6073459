import fc from 'fast-check';
import { addSums, ExactSum } from './exact-sum.ts';

/** Where carries happen: around the limbs that a sum is kept in, and at the ends of what is safe. */
const edges = [0, 1, 2 ** 26 - 1, 2 ** 26, 2 ** 52 - 1, 2 ** 52, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER];
const amount = fc.oneof(fc.constantFrom(...edges), fc.maxSafeNat(), fc.nat(10_000_000));

test('adds up as bigints do, at any size', () => {
  const addend = fc.oneof(fc.tuple(amount), fc.tuple(amount, amount));
  fc.assert(
    fc.property(fc.array(addend, { maxLength: 60 }), (addends) => {
      const sum = new ExactSum();
      let exact = 0n;
      for (const [left, right] of addends) {
        if (right === undefined) sum.add(left);
        else sum.addProduct(left, right);
        exact += BigInt(left) * BigInt(right ?? 1);
        expect(BigInt(sum.value())).toBe(exact);
      }
      expect(typeof sum.value()).toBe(exact <= Number.MAX_SAFE_INTEGER ? 'number' : 'bigint');
    }),
    { numRuns: 300 },
  );
});

test('stays exact where large products come again and again', () => {
  const sum = new ExactSum();
  let exact = 0n;
  // A little below the limb, in every half of it: whatever is rounded away shows sooner or later.
  for (let step = 1; step < 3_000; step++) {
    const [left, right] = [2 ** 52 - step * 123_456_789, 2 ** 52 - step * 987_654_321];
    sum.addProduct(left, right);
    exact += BigInt(left) * BigInt(right);
    expect(sum.value()).toBe(exact);
  }
});

test('sums of any kind add up exactly, and are numbers where that is exact', () => {
  const sum = fc.oneof(amount, fc.bigInt(2n ** 53n, 2n ** 110n));
  fc.assert(
    fc.property(sum, sum, (left, right) => {
      const total = addSums(left, right);
      expect(BigInt(total)).toBe(BigInt(left) + BigInt(right));
      expect(typeof total).toBe(BigInt(total) <= Number.MAX_SAFE_INTEGER ? 'number' : 'bigint');
    }),
  );
});
