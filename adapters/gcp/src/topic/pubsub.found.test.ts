import { topicConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { emulatedPubsub } from '../testing/emulated-pubsub.ts';
import { startGoogleEmulator } from '../testing/google-emulator.ts';

const emulator = await startGoogleEmulator('pubsub-emulator');
const tables = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => Promise.all([emulator[Symbol.asyncDispose](), tables[Symbol.asyncDispose]()]));

topicConformance({
  adapter: 'pubsubTopic',
  cloud: 'gcp',
  engine: 'emulator',
  found: 'pubsub',
  sideBySide: true,
  harness: () => emulatedPubsub(emulator, tables),
});
