import * as z from 'zod';
import {
  bindFunction,
  objects,
  on,
  onBatch,
  queue,
  RetryLater,
  timer,
  topic,
  type BatchHandler,
  type Delivery,
  type Queue,
  type Trace,
} from './index.ts';
import { newWorld } from './testing/index.ts';

const Payload = z.object({ n: z.number() });
const alarms = timer('alarms', { payload: Payload });
const jobs = queue('jobs', { message: Payload });
const { environment } = newWorld();

const traceOf = (n: number): Trace => ({
  traceparent: `00-${String(n).repeat(32)}-${String(n).repeat(16)}-01`,
  correlationId: `order ${n}`,
});
const deliveriesOf = (...messages: readonly unknown[]): readonly Delivery[] =>
  messages.map((message, index) => ({ id: `id ${index}`, message, attempt: 1, at: 0, trace: traceOf(index + 1) }));

type Alarm = z.infer<typeof Payload>;
const outcomesOf = (handler: BatchHandler<Alarm, Record<never, never>>, ...messages: readonly unknown[]) =>
  Promise.allSettled(
    bindFunction(onBatch(alarms, { size: 10 }, {}, handler), {}, environment).deliver(deliveriesOf(...messages)),
  );

test('a batch is answered one by one, with what a handler of single ones may throw', async () => {
  const later = new RetryLater(250);
  const outcomes = await outcomesOf(
    (batch) =>
      batch.map(async ({ message }) => {
        if (message.n === 2) throw later;
      }),
    { n: 1 },
    { n: 'two' },
    { n: 2 },
    { n: 3 },
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { name: 'PoisonMessage' } });
  expect((outcomes[2] as PromiseRejectedResult).reason).toBe(later);
});

test('no delivery of a batch waits for a slower one', async () => {
  const slow = Promise.withResolvers<void>();
  const handler: BatchHandler<Alarm, Record<never, never>> = (batch) =>
    batch.map(({ message }) => (message.n === 1 ? slow.promise : Promise.resolve()));
  const answers = bindFunction(onBatch(alarms, { size: 10 }, {}, handler), {}, environment).deliver(
    deliveriesOf({ n: 1 }, { n: 2 }),
  );
  await answers[1];
  slow.resolve();
  await answers[0];
});

test('a batch whose handler throws before it answers comes again as a whole', async () => {
  const outcomes = await outcomesOf(
    () => {
      throw new Error('no disk');
    },
    { n: 1 },
    { n: 2 },
  );
  expect(outcomes).toMatchObject([{ reason: { message: 'no disk' } }, { reason: { message: 'no disk' } }]);
});

test('a delivery of a batch that is handled alone goes on under its own trace', async () => {
  const sent: (Trace | undefined)[] = [];
  const send: Queue['send'] = async (_message, options) => void sent.push(options?.trace);
  const contract: Partial<Queue> = { send, sendBatch: async () => [] };
  const contexts: Trace[] = [];
  const fn = onBatch(alarms, { size: 10 }, { jobs: jobs.send }, (batch, ports, context, alone) =>
    batch.map(async (delivery, index) => {
      const [ownPorts, ownContext] = index === 0 ? [ports, context] : alone(delivery);
      contexts.push(ownContext.trace);
      await ownPorts.jobs.send(delivery.message);
    }),
  );
  await Promise.all(bindFunction(fn, { jobs: contract }, environment).deliver(deliveriesOf({ n: 1 }, { n: 2 })));
  expect(sent).toEqual(contexts);
  expect(sent.map((trace) => trace?.correlationId)).toEqual(['order 1', 'order 2']);
  expect(sent.map((trace) => trace?.traceparent.slice(3, 35))).toEqual(['1'.repeat(32), '2'.repeat(32)]);
});

test('a batch may have 2 to 100 deliveries, whatever port it comes from', () => {
  for (const port of [alarms, jobs]) {
    for (const size of [0, 1, 101, 2.5]) expect(() => onBatch(port, { size }, {}, () => [])).toThrow(RangeError);
    expect(onBatch(port, { size: 100 }, {}, () => []).trigger).toMatchObject({ batchSize: 100 });
    expect(on(port, {}, async () => {}).trigger).toMatchObject({ batchSize: 1 });
  }
});

test('a filter that lets nothing through, and the empty prefix, which every key has, are refused', () => {
  const [uploads, news] = [
    objects('uploads'),
    topic('news', { event: z.object({ kind: z.string() }), filterable: ['kind'] }),
  ];
  const heard = async (): Promise<void> => {};
  for (const listen of [
    (filter: { readonly prefix: readonly string[] }) => on(uploads, {}, heard, { filter }),
    (filter: { readonly prefix: readonly string[] }) => onBatch(uploads, { size: 2, filter }, {}, () => []),
  ]) {
    expect(() => listen({ prefix: [] })).toThrow('objects "uploads": a filter with no prefix lets nothing through');
    expect(() => listen({ prefix: ['in/', ''] })).toThrow('every key has the empty prefix; leave the filter out');
    expect(listen({ prefix: ['in/'] }).trigger).toMatchObject({ filter: { prefix: ['in/'] } });
  }
  expect(() => on(news, {}, heard, { filter: { kind: [] } })).toThrow('topic "news": a filter with no kind lets');
  expect(on(news, {}, heard).trigger).toMatchObject({ filter: {} });
});
