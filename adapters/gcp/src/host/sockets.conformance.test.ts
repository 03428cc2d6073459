import { allowedOrigin, socketHostConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { RunHost } from '../testing/host/run-host.ts';

const engine = await startEngine(new URL('../testing/host/host-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

socketHostConformance({
  adapter: 'cloudRun',
  cloud: 'gcp',
  engine: 'double',
  harness: async () => new RunHost(engine, 2, [allowedOrigin]),
});
