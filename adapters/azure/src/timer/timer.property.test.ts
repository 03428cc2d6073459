import { timerModel } from '@portolan/conformance';
import { QueueHarness } from '../testing/queue-harness.ts';
import { startStorage } from '../testing/storage-engine.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

timerModel({
  adapter: 'storageQueueTimer',
  cloud: 'azure',
  engine: 'emulator',
  harness: async () => new QueueHarness(engine),
  guarantees: { prompt: true },
});
