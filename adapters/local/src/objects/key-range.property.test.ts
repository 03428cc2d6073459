import { compareUtf8 } from '@portolan/kernel';
import fc from 'fast-check';
import { behindPrefix } from './key-range.ts';

const sign = fc.oneof(
  fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10fffe}', '\u{10ffff}'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const text = fc.array(sign, { maxLength: 4 }).map((signs) => signs.join(''));

test('lies behind every text with the prefix, and before every later one', () => {
  fc.assert(
    fc.property(text, text, text, (prefix, rest, other) => {
      const end = behindPrefix(prefix);
      for (const key of [prefix + rest, other]) {
        const inside = compareUtf8(key, prefix) >= 0 && (end === undefined || compareUtf8(key, end) < 0);
        expect(inside).toBe(key.startsWith(prefix));
      }
    }),
  );
});

test('has no end where nothing can lie behind', () => {
  expect(behindPrefix('')).toBeUndefined();
  expect(behindPrefix('\u{10ffff}\u{10ffff}')).toBeUndefined();
  expect(behindPrefix('a\u{10ffff}')).toBe('b');
});
