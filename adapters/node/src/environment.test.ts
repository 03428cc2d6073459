import { VirtualAlarm } from './testing/virtual-alarm.ts';
import { nodeEnvironment } from './environment.ts';

test('aborts the signal of a deadline when it has come, with a reason', () => {
  const alarm = new VirtualAlarm(1_000);
  const { signal } = nodeEnvironment(alarm).deadline(5_000);
  expect(signal.aborted).toBe(false);
  alarm.set(5_000);
  alarm.ring();
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toMatchObject({ code: 'timeout' });
});

test('sets no alarm for a deadline whose signal nobody asks for, nor for one that never comes', () => {
  const alarm = new VirtualAlarm(1_000);
  const { deadline } = nodeEnvironment(alarm);
  expect(deadline(5_000).at).toBe(5_000);
  expect(deadline(Infinity).signal.aborted).toBe(false);
  expect(alarm.next).toBe(Infinity);
});

test('gives one and the same signal however often it is asked for', () => {
  const deadline = nodeEnvironment(new VirtualAlarm()).deadline(5_000);
  expect(deadline.signal).toBe(deadline.signal);
});

test('takes what it is given before its own', () => {
  const clock = { now: () => 7 };
  const environment = nodeEnvironment(new VirtualAlarm(), { clock });
  expect(environment.clock).toBe(clock);
});
