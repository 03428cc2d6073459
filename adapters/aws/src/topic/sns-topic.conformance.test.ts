import { topicConformance } from '@portolan/conformance';
import { fauxqs } from '../testing/fauxqs.ts';
import { messagingHarness } from '../testing/messaging-harness.ts';
import { snsTopics } from '../testing/topic-wiring.ts';

const engine = await fauxqs();
afterAll(() => engine[Symbol.asyncDispose]());

topicConformance({
  adapter: 'snsTopic',
  cloud: 'aws',
  engine: 'emulator',
  harness: () => messagingHarness(engine, snsTopics(engine)),
});
