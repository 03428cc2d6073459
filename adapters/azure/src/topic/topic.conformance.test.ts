import { topicConformance, type ConformanceRun } from '@portolan/conformance';
import { startStorage } from '../testing/storage-engine.ts';
import { TopicHarness } from '../testing/topic-harness.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

const run = { cloud: 'azure', engine: 'double' } as const satisfies Partial<ConformanceRun>;
const byItsSchedule = 'Event Grid calls a function that was stopped again after 10 s; the case waits for 2 s';

topicConformance({ ...run, adapter: 'eventGridTopic', harness: async () => new TopicHarness(engine, 'queue') });
topicConformance({
  ...run,
  adapter: 'eventGridTopic-direct',
  harness: async () => new TopicHarness(engine, 'direct'),
  deviations: {
    'keeps events for a subscription that nobody consumes just now': byItsSchedule,
    'keeps subscriptions and their events over a restart': byItsSchedule,
  },
});
