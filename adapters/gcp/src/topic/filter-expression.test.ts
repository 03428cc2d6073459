import { attributesOf, filterExpression } from './filter-expression.ts';

test('says a filter in the language of Pub/Sub', () => {
  expect(filterExpression({})).toBe('');
  expect(filterExpression({ type: ['made'] })).toBe('attributes.f_type = "made"');
  expect(filterExpression({ type: ['a', 'b'], 'my field': ['"\\'] })).toBe(
    '(attributes.f_type = "a" OR attributes.f_type = "b") AND attributes."f_my field" = "\\"\\\\"',
  );
});

test('filters nothing where a filter does not fit, since the function filters again', () => {
  expect(Buffer.byteLength(filterExpression({ type: ['x'.repeat(234)] }))).toBe(256);
  expect(filterExpression({ type: ['x'.repeat(235)] })).toBe('');
  expect(filterExpression({ type: ['a\nb'] })).toBe('');
  expect(filterExpression({ type: [] })).toBe('');
});

test('carries as attributes what is text, and short enough for one', () => {
  const event = { type: 'made', n: 5, long: 'é'.repeat(513), fits: 'é'.repeat(512), other: 'x' };
  expect(attributesOf(['type', 'n', 'long', 'fits', 'none'], event)).toEqual({ f_type: 'made', f_fits: event.fits });
  expect(attributesOf([], event)).toBeUndefined();
});
