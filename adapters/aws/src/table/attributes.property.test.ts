import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { attributeName, fromAttributes, hidden, toAttributes } from './attributes.ts';

const awkwardName = fc.constantFrom('', '$', '$$', '__proto__', '$__proto__', 'constructor', ...Object.values(hidden));
const item = fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), awkwardName), fc.jsonValue());

test('gives every JSON object back as it was', () => {
  fc.assert(
    fc.property(item, (generated) => {
      const json = JSON.stringify(generated);
      const parsed = JSON.parse(json) as Record<string, unknown>;
      // Jest takes a field named "constructor" for a class.
      expect(isDeepStrictEqual(fromAttributes(toAttributes(parsed), 'here'), parsed)).toBe(true);
    }),
  );
});

test('keeps the names of fields apart, and from the hidden ones', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, two) => {
      for (const [a, b] of [
        [one, two],
        [`$${one}`, one],
        ['', one],
      ] as const)
        // prettier-ignore
        expect(attributeName(a) === attributeName(b)).toBe(a === b);
      expect(Object.values(hidden)).not.toContain(attributeName(one));
    }),
  );
});
