import { once, onceEach } from './once.ts';

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

test('makes one for each key, and again what could not be made', async () => {
  const made = new Map<string, Promise<string>>();
  const asked: string[] = [];
  let broken = true;
  const get = (key: string): Promise<string> =>
    onceEach(made, key, async () => {
      asked.push(key);
      if (key === 'b' && broken) throw new Error('not yet');
      return key.toUpperCase();
    });
  expect(await Promise.all([get('a'), get('a')])).toEqual(['A', 'A']);
  await expect(get('b')).rejects.toThrow('not yet');
  broken = false;
  expect([await get('b'), await get('b')]).toEqual(['B', 'B']);
  expect(asked).toEqual(['a', 'b', 'b']);
});
