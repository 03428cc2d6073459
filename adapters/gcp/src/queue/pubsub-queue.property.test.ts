import { queueModel } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { doubledPubsub } from '../testing/doubled-pubsub.ts';

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

queueModel({
  adapter: 'pubsubQueue',
  cloud: 'gcp',
  engine: 'double',
  guarantees: { ordered: true },
  harness: () => doubledPubsub(engine),
});
