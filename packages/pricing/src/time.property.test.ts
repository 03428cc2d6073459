import fc from 'fast-check';
import { endOfTime, formatTime, parseTime } from './time.ts';

const instant = fc.integer({ min: 0, max: endOfTime - 1 });

test('what is written reads back, sorts as time does, and is what the platform writes', () => {
  fc.assert(
    fc.property(instant, instant, (some, other) => {
      const text = formatTime(some);
      expect(parseTime(text)).toBe(some);
      expect(text < formatTime(other)).toBe(some < other);
      expect(text.slice(0, 23)).toBe(new Date(Math.floor(some / 1_000)).toISOString().slice(0, 23));
    }),
    { numRuns: 500 },
  );
});

test('an offset is taken off', () => {
  const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  fc.assert(
    fc.property(fc.integer({ min: 864e8, max: endOfTime - 864e8 }), offset, (some, minutes) => {
      const wall = formatTime(some + minutes * 60_000_000).slice(0, -1);
      const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
      const suffix = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
      expect(parseTime(wall + suffix)).toBe(some);
    }),
  );
});

test('what is taken of mangled text is what the platform reads in it', () => {
  const place = fc.nat(26);
  const char = fc.constantFrom(...'0123456789-:TZ.+ z');
  const edits = fc.array(fc.tuple(place, char), { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(instant, edits, (some, changes) => {
      const chars = [...formatTime(some)];
      for (const [at, changed] of changes) chars[at] = changed;
      const text = chars.join('');
      const micros = parseTime(text);
      if (micros === undefined) return;
      const read = new Date(text.replace(/(\.\d{3})\d*/, '$1')).getTime();
      expect(Math.floor(micros / 1_000)).toBe(read);
    }),
    { numRuns: 2_000 },
  );
});
