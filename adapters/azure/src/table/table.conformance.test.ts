import { tableConformance } from '@portolan/conformance';
import { startStorage } from '../testing/storage-engine.ts';
import { TableHarness } from '../testing/table-harness.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

tableConformance({
  adapter: 'tableStorageTable',
  cloud: 'azure',
  engine: 'emulator',
  harness: async () => new TableHarness(engine),
});
