import { queueModel } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { fauxqsDeviations as deviations } from '../testing/fauxqs-deviations.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { messagingHarness } from '../testing/messaging-harness.ts';
import { fifoQueues, standardQueues } from '../testing/queue-wiring.ts';
import { tableHarness } from '../testing/table-harness.ts';

const [engine, tableEngine] = await Promise.all([fauxqs(), dynalite()]);
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await tableEngine[Symbol.asyncDispose]();
});

queueModel({
  adapter: 'sqsQueue',
  cloud: 'aws',
  engine: 'emulator',
  guarantees: { delay: true },
  deviations,
  harness: () => messagingHarness(engine, standardQueues),
});
queueModel({
  adapter: 'sqsFifoQueue',
  cloud: 'aws',
  engine: 'emulator',
  guarantees: { ordered: true, dedupe: true },
  deviations,
  harness: async () => messagingHarness(engine, fifoQueues(await tableHarness(tableEngine))),
});
