import { objectsConformance } from '@portolan/conformance';
import { ObjectsHarness } from '../testing/objects-harness.ts';
import { startStorage } from '../testing/storage-engine.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

objectsConformance({
  adapter: 'blobObjects',
  cloud: 'azure',
  engine: 'emulator',
  harness: async () => new ObjectsHarness(engine),
  deviations: {
    'lists objects in the order of the bytes of their keys':
      'Azurite lists by UTF-16 units, in which what is beyond U+FFFF comes before U+E000; of Azure it is said only that it is alphabetical',
    'refuses a signed write of another type than was signed for':
      'a shared access signature of Azure Storage says nothing of the content type of what is written',
  },
});
