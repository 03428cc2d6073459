import { queueConformance } from '@portolan/conformance';
import { fauxqsDeviations } from '../testing/fauxqs-deviations.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { messagingHarness } from '../testing/messaging-harness.ts';
import { standardQueues } from '../testing/queue-wiring.ts';

const engine = await fauxqs();
afterAll(() => engine[Symbol.asyncDispose]());

queueConformance({
  adapter: 'sqsQueue',
  cloud: 'aws',
  engine: 'emulator',
  deviations: fauxqsDeviations,
  guarantees: { delay: true },
  harness: () => messagingHarness(engine, standardQueues),
});
