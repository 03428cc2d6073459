import fc from 'fast-check';
import { IdRuns } from './id-runs.ts';

const range = (max: number) =>
  fc
    .tuple(fc.nat(max), fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(20)))
    .map(([first, more]) => ({ first, last: first + more }));

test.each([
  ['few ids, so that runs grow together', 60, 80],
  ['many ids, so that runs fill blocks', 6_000, 3_000],
])('behaves as a set of ids does: %s', (_, maxId, commands) => {
  fc.assert(
    fc.property(fc.array(range(maxId), { maxLength: commands, size: 'max' }), (ranges) => {
      const [set, model] = [new IdRuns(), new Set<number>()];
      for (const { first, last } of ranges) {
        const ids = Array.from({ length: last - first + 1 }, (_unused, index) => first + index);
        const absent = ids.every((id) => !model.has(id));
        expect(set.addAbsent(first, last)).toBe(absent);
        if (absent) for (const id of ids) model.add(id);
      }
      // What can still be added was not in it: one by one, from the end, which joins runs from the other side, too.
      const missing = [];
      for (let id = maxId + 20; id >= 0; id--) if (set.addAbsent(id)) missing.push(id);
      expect(missing.filter((id) => model.has(id))).toEqual([]);
      expect(missing.length + model.size).toBe(maxId + 21);
      expect(set.addAbsent(0, maxId + 20)).toBe(false);
    }),
    { numRuns: maxId > 100 ? 15 : 150 },
  );
});
