import { queueConformance, type Harness } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { fauxqsDeviations } from '../testing/fauxqs-deviations.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { messagingHarness } from '../testing/messaging-harness.ts';
import { fifoQueues } from '../testing/queue-wiring.ts';
import { tableHarness } from '../testing/table-harness.ts';

const [engine, tableEngine] = await Promise.all([fauxqs(), dynalite()]);
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await tableEngine[Symbol.asyncDispose]();
});

queueConformance({
  adapter: 'sqsFifoQueue',
  cloud: 'aws',
  engine: 'emulator',
  deviations: fauxqsDeviations,
  guarantees: { ordered: true, dedupe: true },
  harness: async (): Promise<Harness> => messagingHarness(engine, fifoQueues(await tableHarness(tableEngine))),
});
