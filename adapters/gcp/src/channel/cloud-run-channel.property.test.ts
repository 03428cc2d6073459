import { channelModel } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { doubledChannel } from '../testing/channel/doubled-channel.ts';

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

channelModel({
  adapter: 'cloudRunChannel',
  cloud: 'gcp',
  engine: 'double',
  guarantees: { slowClients: true },
  harness: () => doubledChannel(engine, 2),
});
