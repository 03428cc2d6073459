import { silentLog } from '@portolan/kernel';
import { VirtualAlarm } from '@portolan/node/testing';
import type { ReportedTrade } from '@portolan/pricing';
import { MemoryIntake } from '../testing/memory-intake.ts';
import { pass, settled } from '../testing/virtual-time.ts';
import { Courier } from './courier.ts';
import { limitedLog } from './limited-log.ts';
import { Outbox } from './outbox.ts';

const trade = (id: number, product = 'BTC-USD'): ReportedTrade => ({
  ...{ product, id: String(id), time: '2026-01-01T00:00:00Z', price: '1', size: '1', side: 'buy', source: 'coinbase' },
});

async function setUp(capacity = 100_000) {
  const alarm = new VirtualAlarm();
  const intake = new MemoryIntake();
  await intake.addProduct({ id: 'BTC-USD', priceIncrement: '0.01', sizeIncrement: '0.01' });
  const stop = new AbortController();
  const troubles: (string | undefined)[] = [];
  const lines: string[] = [];
  const courier = new Courier({
    intake,
    alarm,
    random: { next: () => 0.5 },
    log: limitedLog({ ...silentLog, warn: (line) => lines.push(line), error: (line) => lines.push(line) }, alarm.clock),
    retry: { baseMs: 100, capMs: 1_000 },
    signal: stop.signal,
    onTrouble: (reason) => troubles.push(reason),
  });
  let drained = 0;
  const outbox = new Outbox(courier, capacity, () => drained++);
  return { alarm, intake, stop, troubles, lines, courier, outbox, drained: () => drained };
}

const ids = (intake: MemoryIntake) => intake.held('BTC-USD').map(({ id }) => Number(id));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('the outbox', () => {
  test('hands over at once what came in one go, without any time passing', async () => {
    const { outbox, intake } = await setUp();
    for (const id of upTo(3)) outbox.push(trade(id));
    await settled();
    expect(intake.batches).toEqual([3]);
    expect(ids(intake)).toEqual([1, 2, 3]);
  });

  test('gathers what comes while a batch is under way, 5000 to a batch', async () => {
    const { outbox, intake } = await setUp();
    intake.hold();
    outbox.push(trade(1));
    await settled();
    for (const id of upTo(7_000).slice(1)) outbox.push(trade(id));
    expect(outbox.size).toBe(7_000);
    intake.release();
    await settled();
    expect(intake.batches).toEqual([1, 5_000, 1_999]);
    expect(ids(intake)).toEqual(upTo(7_000));
    expect(outbox.size).toBe(0);
  });

  test('says when it is full, and when it has emptied by half', async () => {
    const { outbox, intake, drained } = await setUp(4);
    intake.hold();
    outbox.push(trade(1));
    await settled();
    for (const id of [2, 3, 4]) {
      expect(outbox.room).toBe(true);
      outbox.push(trade(id));
    }
    expect(outbox.room).toBe(false);
    expect(drained()).toBe(0);
    intake.release();
    await settled();
    expect(outbox.room).toBe(true);
    expect(drained()).toBe(1);
  });

  test('gives up what is left when it is told to stop', async () => {
    const { outbox, intake, stop, alarm } = await setUp();
    intake.fail('unavailable', 'unavailable');
    outbox.push(trade(1));
    await settled();
    stop.abort();
    await outbox.settled();
    expect(outbox.size).toBe(0);
    expect(alarm.next).toBe(Infinity);
  });
});

describe('the courier', () => {
  test.each(['throttled', 'unavailable', 'timeout', 'conflict', 'internal'] as const)(
    'tries again after "%s", and loses nothing',
    async (code) => {
      const { outbox, intake, alarm, courier, troubles } = await setUp();
      intake.fail(code, code, code);
      for (const id of upTo(4)) outbox.push(trade(id));
      await pass(alarm, 10_000);
      expect(ids(intake)).toEqual(upTo(4));
      expect(courier.counts.retries).toBe(3);
      expect(courier.counts.accepted + courier.counts.duplicates).toBe(4);
      expect(troubles).toEqual([...new Array(3).fill(`the intake fails: PortError: by the test`), undefined]);
    },
  );

  test('waits longer each time, up to a limit', async () => {
    const { outbox, intake, alarm } = await setUp();
    const start = alarm.clock.now();
    const tries: number[] = [];
    const accept = intake.accept.bind(intake);
    intake.accept = (trades) => {
      tries.push(alarm.clock.now() - start);
      return accept(trades);
    };
    intake.fail(...new Array(6).fill('throttled'));
    outbox.push(trade(1));
    await pass(alarm, 60_000);
    // Half of 100, 200, 400, 800 and then of 1000 ms, twice.
    expect(tries).toEqual([0, 50, 150, 350, 750, 1_250, 1_750]);
  });

  test('counts what is rejected for good, says so once, and does not stop at it', async () => {
    const { outbox, intake, courier, lines } = await setUp();
    for (const id of upTo(3)) outbox.push(trade(id, 'ZZZ-USD'));
    outbox.push(trade(4));
    await settled();
    expect(courier.counts).toEqual({ accepted: 1, duplicates: 0, rejected: 3, retries: 0 });
    expect(lines).toEqual(['the intake rejects ZZZ-USD 1 (product): no such product']);
    expect(ids(intake)).toEqual([4]);
  });

  test('takes an answer of another length for none', async () => {
    const { outbox, intake, alarm, courier } = await setUp();
    const accept = intake.accept.bind(intake);
    let calls = 0;
    intake.accept = async (trades) => (++calls === 1 ? [] : accept(trades));
    outbox.push(trade(1));
    await pass(alarm, 1_000);
    expect(courier.counts).toMatchObject({ accepted: 1, retries: 1 });
  });
});
