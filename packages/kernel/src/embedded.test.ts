import * as z from 'zod';
import {
  every,
  minutes,
  on,
  onBatch,
  queue,
  runEmbedded,
  service,
  topic,
  type Consumer,
  type Delivery,
  type Schedules,
  type Source,
} from './index.ts';
import { newWorld } from './testing/index.ts';

const jobs = queue('jobs', { message: z.object({ n: z.number() }) });
const events = topic('events', { event: z.object({ type: z.string() }) });
const { environment } = newWorld();

/** A source that hands its consumer out, and counts how often it was stopped. */
function source(fails = false) {
  const state = { stopped: 0, consumer: undefined as Consumer | undefined };
  const contract: Source = {
    async consume(consumer) {
      if (fails) throw new Error('the engine is gone');
      state.consumer = consumer;
      return { stop: async () => void state.stopped++ };
    },
  };
  return { state, contract };
}

const ticking = (stopped: string[]): Schedules => ({
  start: async (_schedule, name) => ({ stop: async () => void stopped.push(name) }),
});

test('a service of which one trigger cannot start stops those that have started, and tells why', async () => {
  const first = source();
  const stopped: string[] = [];
  const example = service(
    'example',
    { jobs, events },
    {
      work: on(jobs, {}, async () => {}),
      sweep: every(minutes(1), {}, async () => {}),
      hear: on(events, {}, async () => {}),
    },
  );
  const contracts = { jobs: first.contract, events: source(true).contract };
  await expect(runEmbedded(example, contracts, environment, ticking(stopped))).rejects.toThrow('the engine is gone');
  expect(first.state.stopped).toBe(1);
  expect(stopped).toEqual(['example.sweep']);
});

test('a contract with a sweep is called at its interval; one that fails is logged, and called again', async () => {
  const { contract } = source();
  const sweeps: number[] = [];
  const swept = {
    ...contract,
    sweepEveryMs: minutes(2),
    async sweep(at: number) {
      sweeps.push(at);
      if (sweeps.length === 1) throw new Error('the table is gone');
    },
  };
  const example = service('example', { jobs }, { work: on(jobs, {}, async () => {}) });
  const errors: unknown[] = [];
  const log = { ...environment.log, error: (_message: string, fields: unknown) => void errors.push(fields) };
  const started: { name: string; schedule: unknown; run: (at: number) => Promise<void> }[] = [];
  const schedules: Schedules = {
    async start(schedule, name, run) {
      started.push({ name, schedule, run });
      return { stop: async () => {} };
    },
  };
  await runEmbedded(example, { jobs: swept }, { ...environment, log }, schedules);
  expect(started).toMatchObject([{ name: 'example.jobs.sweep', schedule: { kind: 'every', intervalMs: minutes(2) } }]);
  await started[0]!.run(1);
  await started[0]!.run(2);
  expect(sweeps).toEqual([1, 2]);
  expect(errors).toEqual([{ port: 'jobs', reason: 'Error: the table is gone' }]);
});

test('a batch is one call; what is malformed or failed comes again, and spoils nothing else', async () => {
  const seen: number[][] = [];
  const example = service(
    'example',
    { jobs },
    {
      work: onBatch(jobs, { size: 10 }, {}, async (batch) => {
        seen.push(batch.map(({ message }) => message.n));
        return {
          failed: batch.flatMap(({ message }, index) =>
            message.n % 2 === 0 ? [{ index, reason: `${message.n} is even` }] : [],
          ),
        };
      }),
    },
  );
  const { state, contract } = source();
  await runEmbedded(example, { jobs: contract }, environment, ticking([]));
  const deliveries = [{ n: 1 }, { n: 'two' }, { n: 2 }, { n: 3 }].map((message, index): Delivery => ({
    id: String(index),
    message,
    attempt: 1,
    at: 0,
  }));
  const outcomes = await Promise.allSettled(state.consumer!(deliveries));
  expect(seen).toEqual([[1, 2, 3]]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { name: 'PoisonMessage' } });
  expect(outcomes[2]).toMatchObject({ reason: { message: '2 is even' } });
});

test('a batch whose handler throws comes again as a whole', async () => {
  const example = service(
    'example',
    { jobs },
    {
      work: onBatch(jobs, { size: 10 }, {}, async () => {
        throw new Error('no disk');
      }),
    },
  );
  const { state, contract } = source();
  await runEmbedded(example, { jobs: contract }, environment, ticking([]));
  const deliveries = [1, 2].map((n): Delivery => ({ id: String(n), message: { n }, attempt: 1, at: 0 }));
  const outcomes = await Promise.allSettled(state.consumer!(deliveries));
  expect(outcomes).toMatchObject([{ reason: { message: 'no disk' } }, { reason: { message: 'no disk' } }]);
});
