import { topicConformance } from '@portolan/conformance';
import { eventBridgeDouble } from '../testing/event-bridge-double.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { messagingHarness } from '../testing/messaging-harness.ts';
import { eventBridgeTopics } from '../testing/topic-wiring.ts';

const engine = await fauxqs();
const double = await eventBridgeDouble(engine);
afterAll(async () => {
  await double[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

topicConformance({
  adapter: 'eventBridgeTopic',
  cloud: 'aws',
  engine: 'double',
  harness: () => messagingHarness(engine, eventBridgeTopics(double)),
});
