import { tableConformance, tableModel, type ConformanceRun } from '@portolan/conformance';
import { startGoogleEmulator } from '../testing/google-emulator.ts';
import { tableHarness, type FirestoreEngine } from '../testing/table-harness.ts';

const emulator = await startGoogleEmulator('cloud-firestore-emulator');
afterAll(() => emulator[Symbol.asyncDispose]());

let aheadMs = 0;
// Firestore itself knows nothing of an item's expiry but its TTL policy, which the emulator has not: the adapter's clock
// decides, and can be moved.
const engine: FirestoreEngine = {
  port: emulator.port,
  now: () => Date.now() + aheadMs,
  async pass(durationMs) {
    aheadMs += durationMs;
  },
};

const run = {
  adapter: 'firestoreTable',
  cloud: 'gcp',
  engine: 'emulator',
  found: 'firestore',
  harness: async () => tableHarness(engine, false),
} as const satisfies ConformanceRun;

tableConformance(run);
tableModel(run);
