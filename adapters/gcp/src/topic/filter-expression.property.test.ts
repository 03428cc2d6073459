import { matchesFilter } from '@portolan/kernel';
import fc from 'fast-check';
import { parseFilter } from '../testing/pubsub-filter.ts';
import { attributesOf, filterExpression } from './filter-expression.ts';

const fields = ['type', 'region', 'a b', 'ü'];
const value = fc.oneof(fc.constantFrom('made', 'lost', '"', '\\', '', 'AND', ')'), fc.string({ maxLength: 12 }));
const filter = fc.dictionary(fc.constantFrom(...fields), fc.array(value, { minLength: 1, maxLength: 3 }), {
  maxKeys: 3,
  noNullPrototype: true,
});
const event = fc.dictionary(fc.constantFrom(...fields), fc.oneof(value, fc.integer(), fc.constant(null)), {
  noNullPrototype: true,
});

test('what Pub/Sub holds back is nothing that the filter wants', () => {
  fc.assert(
    fc.property(filter, event, (wanted, published) => {
      const delivered = parseFilter(filterExpression(wanted))(attributesOf(fields, published) ?? {});
      expect(delivered || !matchesFilter(wanted, published)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('what Pub/Sub delivers is what the filter wants, wherever it can be said', () => {
  fc.assert(
    fc.property(filter, event, (wanted, published) => {
      const expression = filterExpression(wanted);
      fc.pre(expression !== '');
      expect(parseFilter(expression)(attributesOf(fields, published) ?? {})).toBe(matchesFilter(wanted, published));
    }),
    { numRuns: 500 },
  );
});
