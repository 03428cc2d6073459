import { VirtualAlarm } from '@portolan/node/testing';
import { TimerSchedule } from './timer-schedule.ts';

function watch(alarm = new VirtualAlarm(0)) {
  const rings: number[] = [];
  const schedule = new TimerSchedule(alarm, () => rings.push(alarm.clock.now()));
  const passTo = (target: number): void => {
    while (alarm.next <= target) {
      alarm.set(Math.max(alarm.clock.now(), alarm.next));
      alarm.ring();
    }
    alarm.set(target);
  };
  return { schedule, rings, passTo };
}

test('rings for the first timer, however often an earlier one is added', () => {
  const { schedule, rings, passTo } = watch();
  schedule.add({ at: 300, seq: 1 });
  schedule.add({ at: 100, seq: 2 });
  schedule.add({ at: 200, seq: 3 });
  passTo(150);
  expect(rings).toEqual([100]);
  expect(schedule.take(150, 10)).toEqual([{ at: 100, seq: 2 }]);
  schedule.rest();
  passTo(200);
  expect(rings).toEqual([100, 200]);
});

test('takes no more than it is asked for, the earliest first, and nothing early', () => {
  const { schedule } = watch();
  schedule.fill([
    { ats: [30, 10], seqs: [1, 2] },
    { ats: [20, 40], seqs: [3, 4] },
  ]);
  expect(schedule.take(30, 2).map(({ seq }) => seq)).toEqual([2, 3]);
  expect(schedule.take(30, 2).map(({ seq }) => seq)).toEqual([1]);
  expect(schedule.size).toBe(1);
});

test('keeps nothing twice when it is filled anew after the file could not be read to its end', () => {
  const { schedule } = watch();
  const broken = function* () {
    yield { ats: [10], seqs: [1] };
    throw new Error('the disk gave an error');
  };
  expect(() => schedule.fill(broken())).toThrow('the disk gave an error');
  schedule.fill([{ ats: [10, 20], seqs: [1, 2] }]);
  expect(schedule.take(100, 10).map(({ seq }) => seq)).toEqual([1, 2]);
});

test('passes over what was cancelled', () => {
  const { schedule } = watch();
  schedule.fill([{ ats: [10, 20, 30], seqs: [1, 2, 3] }]);
  schedule.cancel(2);
  expect(schedule.take(100, 2).map(({ seq }) => seq)).toEqual([1, 3]);
});

test('does not grow without bound while timers are set and cancelled', () => {
  const { schedule } = watch();
  for (let seq = 0; seq < 2_000; seq++) schedule.add({ at: 1_000 + seq, seq });
  let most = 0;
  for (let seq = 2_000; seq < 100_000; seq++) {
    schedule.add({ at: 1_000_000 + seq, seq });
    schedule.cancel(seq);
    most = Math.max(most, schedule.size);
  }
  expect(most).toBeLessThan(4_000);
  const left = schedule.take(Infinity, 10_000).map(({ seq }) => seq);
  expect(left).toEqual(Array.from({ length: 2_000 }, (_, seq) => seq));
});

test('rings after a pause though more is due, and for an earlier one that is added meanwhile', () => {
  const { schedule, rings, passTo } = watch();
  schedule.fill([{ ats: [10, 10, 500], seqs: [1, 2, 3] }]);
  passTo(10);
  expect(schedule.take(10, 1)).toHaveLength(1);
  expect(schedule.isDue(10)).toBe(true);
  schedule.pause(50);
  passTo(59);
  expect(rings).toEqual([]);
  passTo(60);
  expect(rings).toEqual([60]);
  expect(schedule.take(60, 1)).toHaveLength(1);
  expect(schedule.isDue(60)).toBe(false);
  schedule.pause(50);
  schedule.add({ at: 70, seq: 4 });
  passTo(80);
  expect(rings).toEqual([60, 70]);
});

test('rings no more once it was stopped', () => {
  const { schedule, rings, passTo } = watch();
  schedule.add({ at: 10, seq: 1 });
  schedule.retry();
  schedule.pause(50);
  schedule.stop();
  schedule.pause(50);
  schedule.add({ at: 20, seq: 2 });
  schedule.retry();
  passTo(5_000);
  expect(rings).toEqual([]);
});
