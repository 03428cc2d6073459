import { allowedOrigin, socketHostConformance } from '@portolan/conformance';
import { startEngines } from '../testing/engines.ts';
import { LambdaHost } from '../testing/lambda-host.ts';

const engines = await startEngines();
afterAll(() => engines[Symbol.asyncDispose]());

socketHostConformance({
  adapter: 'lambda',
  cloud: 'aws',
  engine: 'double',
  harness: async () => new LambdaHost(engines, [allowedOrigin]),
});
