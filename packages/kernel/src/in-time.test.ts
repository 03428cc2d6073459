import { inTime } from './in-time.ts';

/** Instants at which something rings, until it is cancelled. */
function scheduled() {
  const rings = new Map<number, () => void>();
  const schedule = (at: number, ring: () => void) => {
    rings.set(at, ring);
    return () => rings.delete(at);
  };
  return { rings, schedule };
}

test('gives up what is not answered by then, and nothing else', async () => {
  const { rings, schedule } = scheduled();
  const never = new Promise<void>(() => {});
  const answers = inTime([Promise.resolve(), Promise.reject(new Error('failed')), never], 1_000, schedule);
  const told = Promise.allSettled(answers);
  expect([...rings.keys()]).toEqual([1_000]);
  rings.get(1_000)!();
  expect(await told).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { message: 'failed' } },
    { status: 'rejected', reason: { code: 'timeout' } },
  ]);
});

test('schedules nothing any more once everything is answered, and nothing at all without an end', async () => {
  const { rings, schedule } = scheduled();
  await Promise.all(inTime([Promise.resolve()], 1_000, schedule));
  for (let turn = 0; turn < 10; turn++) await undefined;
  expect(rings.size).toBe(0);
  await Promise.all(inTime([Promise.resolve()], Infinity, schedule));
  expect(rings.size).toBe(0);
});
