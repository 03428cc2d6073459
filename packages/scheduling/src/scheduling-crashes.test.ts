import { minutes, seconds } from '@portolan/kernel';
import { answered, startScheduling } from './testing/index.ts';

/** A task whose first attempt never ends, as the process does; every other one is answered at once. */
async function startWithBrokenAttempt(task: object = {}) {
  const simulation = await startScheduling();
  const { world, receiver, create } = simulation;
  receiver.behave = (_request, nth) => ({ outcome: answered(200), afterMs: nth === 1 ? seconds(14) : 0 });
  const { id } = await create({ delayMs: 0, ...task });
  await world.advance(seconds(1));
  expect(receiver.received).toHaveLength(1);
  world.crash();
  return { ...simulation, id };
}

test('an attempt that a crash broke off is made again once its lease is over', async () => {
  const { world, receiver, get, id } = await startWithBrokenAttempt();
  await world.advance(seconds(15));
  expect(receiver.received).toHaveLength(1);
  await world.advance(seconds(15));
  expect(receiver.received).toHaveLength(2);
  expect((await get(id)).state).toBe('succeeded');
});

test('an attempt that a crash broke off is made again when its group is resumed', async () => {
  const { world, receiver, call, get, id } = await startWithBrokenAttempt({ group: 'slow' });
  await call('putGroup', { params: { id: 'slow' }, body: { paused: true } });
  await world.advance(minutes(10));
  expect(receiver.received).toHaveLength(1);
  await call('putGroup', { params: { id: 'slow' }, body: { paused: false } });
  await world.advance(minutes(2));
  expect(receiver.received).toHaveLength(2);
  expect((await get(id)).state).toBe('succeeded');
});

test('an attempt that a crash broke off is made again when its task is resumed', async () => {
  const { world, receiver, call, get, id } = await startWithBrokenAttempt();
  await call('changeTask', { params: { id }, body: { paused: true } });
  await world.advance(minutes(10));
  expect(receiver.received).toHaveLength(1);
  await call('changeTask', { params: { id }, body: { paused: false } });
  await world.advance(minutes(2));
  expect(receiver.received).toHaveLength(2);
  expect((await get(id)).state).toBe('succeeded');
});
