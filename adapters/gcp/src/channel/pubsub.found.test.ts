import { channelConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { emulatedChannel } from '../testing/channel/emulated-channel.ts';
import { startGoogleEmulator } from '../testing/google-emulator.ts';

const emulator = await startGoogleEmulator('pubsub-emulator');
const tables = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => Promise.all([emulator[Symbol.asyncDispose](), tables[Symbol.asyncDispose]()]));

// Without its guarantee of slow clients, which is no business of Pub/Sub: here peers are asked every second whether they
// live, which those that read nothing do not answer.
channelConformance({
  adapter: 'cloudRunChannel',
  cloud: 'gcp',
  engine: 'emulator',
  found: 'pubsub',
  sideBySide: true,
  harness: () => emulatedChannel(emulator, tables, 2),
});
