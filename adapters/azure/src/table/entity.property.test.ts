import fc from 'fast-check';
import { chunksOf, entityOf, jsonOf, removal, slotOf } from './entity.ts';

test('cuts texts up and puts them together again, and never through a character', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((made) => made.isWellFormed());
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 9 }), (whole, units) => {
      const chunks = chunksOf(whole, units);
      expect(chunks.join('')).toBe(whole);
      for (const chunk of chunks) {
        expect(chunk.length).toBeLessThanOrEqual(units);
        expect(chunk.isWellFormed()).toBe(true);
      }
    }),
  );
});

test('finds in an entity what was put into it', () => {
  const json = `"${'\u{1f600}x'.repeat(40_000)}"`;
  const draft = { version: 'v', json, expiresAt: 5 };
  const entity = entityOf({ partitionKey: 'p', rowKey: 'r' }, draft, { byState: ['a', 'b v'] });
  const read = { ...entity, etag: 'e', expiresAt: 5n };
  expect(jsonOf(read)).toBe(json);
  expect(slotOf(read, 't')).toEqual({ etag: 'e', version: 'v', expiresAt: 5, places: { byState: ['a', 'b v'] } });
});

test('says of an entity that it did not write that it is corrupted', () => {
  expect(() => slotOf({ etag: 'e' }, 'tasks')).toThrow('table "tasks": an entity without a version');
});

test('marks removals as expired since 1970', () => {
  expect(removal('m')).toEqual({ version: 'm', json: '', expiresAt: 0 });
});
