import { type VirtualAlarm } from '@portolan/node/testing';

/** Lets everything run that is ready; no time passes. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves time on, from alarm to alarm. */
export async function pass(alarm: VirtualAlarm, durationMs: number): Promise<void> {
  const end = alarm.clock.now() + durationMs;
  await settled();
  while (alarm.next <= end) {
    alarm.set(Math.max(alarm.next, alarm.clock.now()));
    alarm.ring();
    await settled();
  }
  alarm.set(end);
}
