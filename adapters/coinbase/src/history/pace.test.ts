import { VirtualAlarm } from '@portolan/node/testing';
import { pass } from '../testing/virtual-time.ts';
import { maxHoldOffMs, Pace } from './pace.ts';

/** Asks for so many turns at once; when each came, from the start on. */
function turns(
  pace: Pace,
  alarm: VirtualAlarm,
  count: number,
  signal = new AbortController().signal,
): (number | false)[] {
  const came: (number | false)[] = [];
  const start = alarm.clock.now();
  for (let n = 0; n < count; n++) {
    void pace.turn(signal).then((granted) => came.push(granted && alarm.clock.now() - start));
  }
  return came;
}

test('spaces requests evenly, however many wait', async () => {
  const alarm = new VirtualAlarm();
  const came = turns(new Pace(alarm, 5), alarm, 5);
  await pass(alarm, 10_000);
  expect(came).toEqual([0, 200, 400, 600, 800]);
});

test('holds all of them off, those too that wait already', async () => {
  const alarm = new VirtualAlarm();
  const pace = new Pace(alarm, 5);
  const came = turns(pace, alarm, 3);
  await pass(alarm, 100);
  pace.holdOff(3_000);
  await pass(alarm, 10_000);
  expect(came).toEqual([0, 3_100, 3_300]);
});

test('is not held off for ever, neither by a server nor by a clock that was set back', async () => {
  const alarm = new VirtualAlarm();
  const pace = new Pace(alarm, 5);
  pace.holdOff(1e12);
  const came = turns(pace, alarm, 1);
  await pass(alarm, maxHoldOffMs);
  expect(came).toEqual([maxHoldOffMs]);
  alarm.set(alarm.clock.now() - 86_400_000);
  expect(await pace.turn(new AbortController().signal)).toBe(true);
});

test('ends waits when it is told to', async () => {
  const alarm = new VirtualAlarm();
  const stop = new AbortController();
  const came = turns(new Pace(alarm, 1), alarm, 3, stop.signal);
  await pass(alarm, 500);
  stop.abort();
  await pass(alarm, 0);
  expect(came).toEqual([0, false, false]);
});
