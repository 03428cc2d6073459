import { hostConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { CloudHost } from '../testing/host/cloud-host.ts';

const engine = await startEngine(new URL('../testing/host/host-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

const parsedBefore =
  'the Functions Framework parses JSON before it calls a function, and answers what is none with 400 and a page of its own: ' +
  'the status is right, the problem document is missing';

hostConformance({
  adapter: 'cloudFunctions',
  cloud: 'gcp',
  engine: 'double',
  harness: async () => new CloudHost(engine),
  deviations: {
    'refuses a body that is not JSON': parsedBefore,
    'refuses bytes that are not UTF-8': parsedBefore,
  },
});
