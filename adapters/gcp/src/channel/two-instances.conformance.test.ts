import { channelConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { doubledChannel } from '../testing/channel/doubled-channel.ts';

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

// Whoever pushes is one instance, and every other client is on the other one.
channelConformance({
  adapter: 'cloudRunChannel',
  cloud: 'gcp',
  engine: 'double',
  recorded: false,
  guarantees: { slowClients: true },
  harness: () => doubledChannel(engine, 2),
});
