import { silentLog } from '@portolan/kernel';
import { VirtualAlarm } from '@portolan/node/testing';
import type { FeedReport } from '@portolan/pricing';
import { MemoryIntake } from '../testing/memory-intake.ts';
import { pass, settled } from '../testing/virtual-time.ts';
import { limitedLog, quietMs } from './limited-log.ts';
import { Reporter } from './reporter.ts';

const report = (more: Partial<FeedReport> = {}): FeedReport => ({
  ...{ state: 'live', endpoint: 'ws://x', simulated: true, products: ['BTC-USD'], marks: [] },
  ...more,
});
const mark = (lastId: number) => report({ marks: [{ product: 'BTC-USD', lastId: String(lastId), time: `${lastId}` }] });

function setUp() {
  const alarm = new VirtualAlarm();
  const intake = new MemoryIntake();
  const reporter = new Reporter(intake, 'coinbase', alarm, 2_000, limitedLog(silentLog, alarm.clock));
  const told = () => intake.reports.map(({ feed }) => feed.detail ?? feed.marks[0]?.lastId ?? feed.state);
  return { alarm, intake, reporter, told };
}

describe('the reporter', () => {
  test('tells a change of state at once, and no state twice', async () => {
    const { reporter, told } = setUp();
    for (const state of ['connecting', 'connecting', 'live', 'live', 'waiting'] as const) {
      reporter.offer(report({ state }));
      await settled();
    }
    expect(told()).toEqual(['connecting', 'live', 'waiting']);
  });

  test('tells new marks every two seconds, the newest', async () => {
    const { reporter, told, alarm } = setUp();
    for (let id = 1; id <= 10; id++) {
      reporter.offer(mark(id));
      await pass(alarm, 500);
    }
    expect(told()).toEqual(['1', '4', '8']);
    await pass(alarm, 60_000);
    expect(told()).toEqual(['1', '4', '8', '10']);
  });

  test('has one report under way, and skips what was overtaken meanwhile', async () => {
    const { reporter, intake, told } = setUp();
    const { report: tell } = intake;
    let free = (): void => {};
    intake.report = async (source, feed) => {
      await new Promise<void>((resolve) => (free = resolve));
      await tell.call(intake, source, feed);
    };
    for (const detail of ['a', 'b', 'c']) reporter.offer(report({ detail }));
    for (let turn = 0; turn < 4; turn++) {
      free();
      await settled();
    }
    expect(told()).toEqual(['a', 'c']);
  });

  test('tells again what could not be told, when marks are due', async () => {
    const { reporter, intake, told, alarm } = setUp();
    const { report: tell } = intake;
    let failures = 2;
    intake.report = (source, feed) =>
      failures-- > 0 ? Promise.reject(new Error('no')) : tell.call(intake, source, feed);
    reporter.offer(report());
    await pass(alarm, 3_999);
    expect(told()).toEqual([]);
    await pass(alarm, 1);
    expect(told()).toEqual(['live']);
    expect(alarm.next).toBe(Infinity);
  });
});

describe('the limited log', () => {
  test('says each thing once a minute, and how often it was left out', () => {
    const alarm = new VirtualAlarm();
    const lines: unknown[] = [];
    const log = limitedLog(
      { ...silentLog, warn: (line, fields) => lines.push([line, fields?.['leftOut']]) },
      alarm.clock,
    );
    for (let n = 1; n <= 1_000; n++) log.say('warn', 'malformed', `frame ${n}`);
    log.say('warn', 'other', 'other');
    alarm.set(alarm.clock.now() + quietMs);
    log.say('warn', 'malformed', 'frame 1001');
    expect(lines).toEqual([
      ['frame 1', undefined],
      ['other', undefined],
      ['frame 1001', 999],
    ]);
  });

  test('is not silenced by a clock that was set back', () => {
    const alarm = new VirtualAlarm();
    const lines: string[] = [];
    const log = limitedLog({ ...silentLog, info: (line) => lines.push(line) }, alarm.clock);
    log.say('info', 'a', 'before');
    alarm.set(0);
    log.say('info', 'a', 'after');
    expect(lines).toEqual(['before', 'after']);
  });
});
