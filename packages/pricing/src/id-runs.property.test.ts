import fc from 'fast-check';
import { IdRuns } from './id-runs.ts';

const range = (max: number) =>
  fc.tuple(fc.nat(max), fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(20))).map(([first, more]) => ({
    first,
    last: first + more,
  }));

/** The runs of a plain set of ids. */
function runsOf(ids: ReadonlySet<number>): number[] {
  const sorted = [...ids].sort((left, right) => left - right);
  return sorted.flatMap((id) => [...(ids.has(id - 1) ? [] : [id]), ...(ids.has(id + 1) ? [] : [id])]);
}

test.each([
  ['few ids, so that runs grow together', 60, 80],
  ['many ids, so that runs fill blocks', 6_000, 3_000],
])('behaves as a set of ids does: %s', (_, maxId, commands) => {
  const some = fc.array(fc.tuple(fc.boolean(), range(maxId)), { maxLength: commands, size: 'max' });
  fc.assert(
    fc.property(some, (steps) => {
      const [set, model] = [new IdRuns(), new Set<number>()];
      for (const [whole, { first, last }] of steps) {
        const ids = Array.from({ length: last - first + 1 }, (_unused, index) => first + index);
        const fresh = ids.filter((id) => !model.has(id));
        expect(set.overlaps(first, last)).toBe(fresh.length < ids.length);
        if (whole) expect(set.add(first, last)).toBe(fresh.length);
        else expect(set.addAbsent(first, last)).toBe(fresh.length === ids.length);
        if (whole || fresh.length === ids.length) for (const id of ids) model.add(id);
        expect(set.size).toBe(model.size);
      }
      expect(set.toJSON()).toEqual(runsOf(model));
      expect(IdRuns.fromJSON(set.toJSON()).toJSON()).toEqual(set.toJSON());
    }),
    { numRuns: maxId > 100 ? 15 : 150 },
  );
});

test('a union holds the ids of both, and gaps hold the rest', () => {
  const ranges = fc.array(range(200), { maxLength: 40 });
  fc.assert(
    fc.property(ranges, ranges, (left, right) => {
      const union = IdRuns.of(left).union(IdRuns.of(right));
      expect(union.toJSON()).toEqual(IdRuns.of([...left, ...right]).toJSON());
      const filled = IdRuns.of([...union.runs(), ...union.gaps()]);
      expect(filled.toJSON().length).toBe(union.size === 0 ? 0 : 2);
      for (const gap of union.gaps()) expect(union.overlaps(gap.first, gap.last)).toBe(false);
    }),
  );
});
