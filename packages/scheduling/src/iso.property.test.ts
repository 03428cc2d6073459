import fc from 'fast-check';
import { iso } from './iso.ts';

const last = 8_640_000_000_000_000;

test('writes every instant as the language does', () => {
  const at = fc.oneof(fc.integer({ min: -last, max: last }), fc.integer({ min: 0, max: 2 ** 42 }));
  fc.assert(
    fc.property(at, (instant) => expect(iso(instant)).toBe(new Date(instant).toISOString())),
    {
      examples: [[0], [-1], [last], [-last], [Date.parse('2028-02-29T23:59:59.999Z')]],
    },
  );
});

test('refuses what lies on no day', () => {
  for (const instant of [Number.NaN, Infinity, last + 86_400_000]) expect(() => iso(instant)).toThrow(RangeError);
});
