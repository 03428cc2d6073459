import { objectsConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { objectsHarness } from '../testing/objects-harness.ts';

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

objectsConformance({
  adapter: 'cloudStorageObjects',
  cloud: 'gcp',
  engine: 'double',
  harness: () => objectsHarness(engine),
});
