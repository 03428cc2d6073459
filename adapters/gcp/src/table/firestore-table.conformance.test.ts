import { tableConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { tableHarness } from '../testing/table-harness.ts';

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

tableConformance({
  adapter: 'firestoreTable',
  cloud: 'gcp',
  engine: 'double',
  harness: async () => tableHarness(engine, true),
});
