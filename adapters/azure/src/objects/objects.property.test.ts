import { objectsModel } from '@portolan/conformance';
import { ObjectsHarness } from '../testing/objects-harness.ts';
import { startStorage } from '../testing/storage-engine.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

objectsModel({
  adapter: 'blobObjects',
  cloud: 'azure',
  engine: 'emulator',
  harness: async () => new ObjectsHarness(engine),
});
