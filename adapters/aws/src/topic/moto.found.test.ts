import { topicConformance, type ConformanceRun, type Harness } from '@portolan/conformance';
import { messagingHarness } from '../testing/messaging-harness.ts';
import { moto } from '../testing/moto.ts';
import { eventBridgeTopics } from '../testing/topic-wiring.ts';

const engine = await moto({ ahead: false });
afterAll(() => engine[Symbol.asyncDispose]());

topicConformance({
  adapter: 'eventBridgeTopic',
  cloud: 'aws',
  engine: 'emulator',
  found: 'moto',
  harness: async (): Promise<Harness> => {
    const harness = await messagingHarness(engine, eventBridgeTopics(engine, 0.1));
    return { ...harness, patience: 4 };
  },
} satisfies ConformanceRun);
