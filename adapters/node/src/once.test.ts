import { once } from './once.ts';

test('makes one thing for all who ask, also while it is being made', async () => {
  let made = 0;
  const get = once(async () => ++made);
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  expect(await get()).toBe(1);
});

test('tries again what could not be made, and tells each who asked for it', async () => {
  let tries = 0;
  const get = once(async () => {
    if (++tries === 1) throw new Error('not yet');
    return 'there';
  });
  const first = [get(), get()];
  await expect(first[0]).rejects.toThrow('not yet');
  await expect(first[1]).rejects.toThrow('not yet');
  expect(await get()).toBe('there');
  expect(tries).toBe(2);
});
