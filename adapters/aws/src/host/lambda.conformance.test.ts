import { hostConformance } from '@portolan/conformance';
import { startEngines } from '../testing/engines.ts';
import { LambdaHost } from '../testing/lambda-host.ts';

const engines = await startEngines();
afterAll(() => engines[Symbol.asyncDispose]());

hostConformance({
  adapter: 'lambda',
  cloud: 'aws',
  engine: 'emulator',
  harness: async () => new LambdaHost(engines),
});
