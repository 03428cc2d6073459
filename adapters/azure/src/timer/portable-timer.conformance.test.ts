import { timerConformance } from '@portolan/conformance';
import { beside, portableHarness } from '@portolan/portable/testing';
import { QueueHarness } from '../testing/queue-harness.ts';
import { startStorage } from '../testing/storage-engine.ts';
import { TableHarness } from '../testing/table-harness.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

timerConformance({
  adapter: 'portableTimer',
  cloud: 'azure',
  engine: 'emulator',
  guarantees: { prompt: true },
  harness: portableHarness(async () => beside(new TableHarness(engine), new QueueHarness(engine))),
});
