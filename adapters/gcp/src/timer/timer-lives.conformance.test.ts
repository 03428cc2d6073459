import { startEngine } from '@portolan/conformance/engine';
import { days, seconds, timer, type Delivery, type Schema } from '@portolan/kernel';
import { tasksHarness } from '../testing/tasks-harness.ts';
import { maxTaskMessageBytes } from '../queue/cloud-tasks-queue.ts';

interface Alarm {
  readonly n: number;
  readonly text?: string;
}
const anything: Schema<Alarm> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Alarm }) },
};
const alarms = timer('alarms', { payload: anything, maxPayloadBytes: maxTaskMessageBytes });

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

async function bench() {
  const harness = await tasksHarness(engine);
  const fired: Delivery<Alarm>[] = [];
  const wakeups = await harness.open(alarms);
  await harness.consume(alarms, (batch) => batch.map(async (one) => void fired.push(one as Delivery<Alarm>)));
  return { harness, wakeups, fired, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

test('lets the call of a cancelled timer go that is on its way in steps, and fires what was set in its place', async () => {
  await using under = await bench();
  const at = under.harness.now() + days(70);
  await under.wakeups.set('far', at, { n: 1 });
  await under.wakeups.set('gone', at, { n: 2 });
  await under.harness.pass(days(35));
  await under.wakeups.cancel('far', at);
  await under.wakeups.cancel('gone', at);
  await under.wakeups.set('far', at, { n: 3 });
  await under.harness.pass(days(36));
  expect(under.fired.map(({ id, message }) => [id, message.n])).toEqual([['far', 3]]);
});

test('fires a timer anew that is set again after it has fired, though the name of its task is still blocked', async () => {
  await using under = await bench();
  const at = under.harness.now() + 1_000;
  await under.wakeups.set('a', at, { n: 1 });
  await under.harness.pass(2_000);
  await under.wakeups.set('a', at, { n: 2 });
  await under.harness.pass(1_000);
  expect(under.fired.map(({ message }) => message.n)).toEqual([1, 2]);
});

test('carries a payload that fills the limit, under the longest id', async () => {
  await using under = await bench();
  const text = 'é'.repeat((maxTaskMessageBytes - JSON.stringify({ n: 1, text: '' }).length) / 2);
  const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, correlationId: 'c'.repeat(256) };
  await under.wakeups.set('é'.repeat(128), under.harness.now(), { n: 1, text }, { trace });
  await under.harness.pass(seconds(1));
  expect(under.fired[0]?.message.text).toBe(text);
});
