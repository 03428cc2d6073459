import fc from 'fast-check';
import { behindAll, between } from './between.ts';
import { lastKeys, type KeyRange } from './last-keys.ts';

const key = fc.string({ unit: fc.constantFrom(...'!0019aAz~é\u4e2d\ud7fe'), maxLength: 6 });
const byUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Sorted rows behind a probe whose pages are small, and a count of the probes. */
function engine(rows: readonly string[], pageKeys: number) {
  let probes = 0;
  const probe = async ({ from = '', fromOpen = false, to }: KeyRange) => {
    probes++;
    const inside = rows.filter((row) => (fromOpen ? row > from : row >= from) && (to === undefined || row < to));
    return { keys: inside.slice(0, pageKeys), more: inside.length > pageKeys };
  };
  return { probe, probes: () => probes };
}

test('finds a text between two wherever there is one of another length', () => {
  fc.assert(
    fc.property(key, fc.option(key, { nil: undefined }), (low, high) => {
      fc.pre(high === undefined || low < high);
      const middle = between(low, high);
      if (middle === undefined) return;
      expect(middle > low && (high === undefined || middle < high)).toBe(true);
      expect(middle).not.toMatch(/[/\\#?%\ud800-\udfff]/);
    }),
  );
});

test('finds the first text behind a prefix', () => {
  fc.assert(
    fc.property(key, key, (prefix, rest) => {
      fc.pre(prefix !== '');
      expect(behindAll(prefix)! > prefix + rest).toBe(true);
    }),
  );
});

test('finds keys at the end of a range, and leaves none of them out', async () => {
  const rows = fc.uniqueArray(key, { maxLength: 60 }).map((keys) => keys.filter((k) => k !== '').sort(byUnits));
  const bound = fc.option(key, { nil: undefined });
  await fc.assert(
    fc.asyncProperty(rows, bound, bound, fc.integer({ min: 1, max: 9 }), async (all, from, to, pageKeys) => {
      const inside = all.filter((row) => (from === undefined || row >= from) && (to === undefined || row < to));
      const found = await lastKeys(engine(all, pageKeys).probe, { from, to });
      expect(found).toEqual(inside.slice(inside.length - found.length));
      expect(found.length).toBeGreaterThanOrEqual(Math.min(1, inside.length));
      expect(found.length).toBeLessThanOrEqual(2 * pageKeys);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['numbers', (n: number) => `task-${String(n).padStart(9, '0')}`],
  ['instants', (n: number) => new Date(1_767_225_600_000 + n * 977).toISOString()],
  ['ids', (n: number) => `k${((n * 2_654_435_761) % 2 ** 32).toString(36).padStart(7, '0')}`],
])('looks among 100,000 %s no more than 40 times', async (_, keyOf) => {
  const rows = Array.from({ length: 100_000 }, (_row, n) => keyOf(n)).sort(byUnits);
  const { probe, probes } = engine(rows, 1_000);
  const found = await lastKeys(probe, {});
  expect(found.at(-1)).toBe(rows.at(-1));
  expect(probes()).toBeLessThanOrEqual(40);
});
