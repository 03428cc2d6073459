import { withCallers } from './callers.ts';

test('keeps as many calls under way as there are callers, and makes each once', async () => {
  const made: number[] = [];
  const open: (() => void)[] = [];
  let most = 0;
  const done = withCallers(3, 7, (index) => {
    made.push(index);
    return new Promise<void>((resolve) => {
      most = Math.max(most, open.push(resolve));
    });
  });
  expect(open).toHaveLength(3);
  for (let answer = open.shift(); answer !== undefined; answer = open.shift()) {
    answer();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
  expect(made).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(most).toBe(3);
});
