import { compareUtf8, maxKeyBytes, utf8Bytes } from '@portolan/kernel';
import fc from 'fast-check';
import { encodeKeyText, endOfSort, maxKeyUnits } from './key-text.ts';

const awkward = fc.constantFrom(
  ...' !"#$%&./0>?@[\\]~\u00a0é\ud7fe\ud7ff\ue000\uff5e\uffff',
  '\u{10000}',
  '\u{1f600}',
  '\u{10ffff}',
);
const part = fc
  .array(fc.oneof({ weight: 3, arbitrary: awkward }, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), {
    minLength: 1,
    maxLength: 20,
  })
  .map((units) => units.join(''))
  .filter((text) => !/\p{Cc}/u.test(text));

const sign = (order: number): number => Math.sign(order);
const byUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

test('keeps the order of UTF-8 bytes, whether Azure compares units or bytes', () => {
  fc.assert(
    fc.property(part, part, (left, right) => {
      const order = sign(compareUtf8(left, right));
      const [a, b] = [encodeKeyText(left), encodeKeyText(right)];
      expect(byUnits(a, b)).toBe(order);
      expect(sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))).toBe(order);
    }),
    { numRuns: 2_000 },
  );
});

test('keeps that order in front of what an index row puts behind the sort key', () => {
  fc.assert(
    fc.property(part, part, (left, right) => {
      const [a, b] = [`${encodeKeyText(left)}${endOfSort}zzz`, `${encodeKeyText(right)}${endOfSort}000`];
      if (left !== right) expect(byUnits(a, b)).toBe(sign(compareUtf8(left, right)));
    }),
    { numRuns: 1_000 },
  );
});

test('writes nothing that Table Storage refuses, and no more than two units for a byte', () => {
  fc.assert(
    fc.property(part, (text) => {
      const key = encodeKeyText(text);
      expect(key).not.toMatch(/[/\\#?%\p{Cc} ]/u);
      expect(key.length).toBeLessThanOrEqual(2 * utf8Bytes(text));
    }),
  );
  expect(2 * maxKeyBytes).toBeLessThanOrEqual(maxKeyUnits);
});

test('leaves most keys readable', () => {
  expect(encodeKeyText('order-7:2026-11-20T21:44Z')).toBe('order-7:2026-11-20T21:44Z');
  expect(encodeKeyText('a/b.c d')).toBe('a.1b.0c!0d');
});

test('refuses half of a surrogate pair', () => {
  expect(() => encodeKeyText('a\ud800')).toThrow('a key must be well-formed text');
});
