import fc from 'fast-check';
import { afterDayOf, bucketOf, endOf, endOfBucket, placeOf, sortUpTo } from './places.ts';

const instant = fc.oneof(
  fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  fc.integer({ min: -200_000_000, max: 200_000_000 }),
);

/** Lone surrogates, too. */
const anyId = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });

test('timers of one shard lie in the order of their instants, whatever their ids', () => {
  fc.assert(
    fc.property(instant, instant, anyId, anyId, (one, other, idOfOne, idOfOther) => {
      const a = placeOf(idOfOne, one, 1);
      const b = placeOf(idOfOther, other, 1);
      const before = a.bucket < b.bucket || (a.bucket === b.bucket && a.sort < b.sort);
      if (one < other) expect(before).toBe(true);
      if (a.bucket === b.bucket && a.sort === b.sort) expect([one, idOfOne]).toEqual([other, idOfOther]);
    }),
  );
});

test('a range up to an instant holds what is due before it, and nothing else', () => {
  fc.assert(
    fc.property(instant, instant, fc.string(), fc.nat(255), (at, upTo, id, shard) => {
      const { bucket, sort } = placeOf(id, at, 1);
      expect(bucket < afterDayOf(upTo) && sort < sortUpTo(bucket, upTo)).toBe(at < upTo);
      expect(sort < endOfBucket && `${sort}${endOfBucket}` > sort).toBe(true);
      expect(at < endOf(bucketOf(at, shard)) && at >= endOf(bucketOf(at, shard)) - 86_400_000).toBe(true);
    }),
  );
});

test('ids of lone surrogates are places of their own', () => {
  expect(placeOf('\ud800', 0, 1)).not.toEqual(placeOf('\ud801', 0, 1));
});
