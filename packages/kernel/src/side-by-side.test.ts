import { chunks, sideBySide } from './side-by-side.ts';

test('keeps the order of the results, and no more under way than allowed', async () => {
  let underWay = 0;
  let most = 0;
  const results = await sideBySide([5, 1, 4, 2, 3], 2, async (turns, index) => {
    most = Math.max(most, ++underWay);
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    underWay--;
    return `${index}:${turns}`;
  });
  expect(results).toEqual(['0:5', '1:1', '2:4', '3:2', '4:3']);
  expect(most).toBe(2);
});

test('begins nothing new once one has failed', async () => {
  const begun: number[] = [];
  const all = sideBySide([0, 1, 2, 3, 4], 1, async (n) => {
    begun.push(n);
    if (n === 1) throw new Error('no');
  });
  await expect(all).rejects.toThrow('no');
  expect(begun).toEqual([0, 1]);
});

test('cuts lists into pieces', () => {
  expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunks([], 2)).toEqual([]);
});
