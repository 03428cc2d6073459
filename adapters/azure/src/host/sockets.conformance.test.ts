import { socketHostConformance } from '@portolan/conformance';
import { AzureHost } from '../testing/host/azure-host.ts';
import { startAzureEngines } from '../testing/host/deployment.ts';
import { socketBindings } from '../testing/host/subject-bindings.ts';

const engines = await startAzureEngines();
afterAll(() => engines[Symbol.asyncDispose]());

socketHostConformance({
  adapter: 'azureFunctions',
  cloud: 'azure',
  engine: 'double',
  harness: async () => new AzureHost(engines, { main: 'socket-app.ts', bindings: socketBindings }),
  deviations: {
    'answers a client with 503 that is refused as unavailable, or whose function throws':
      'Web PubSub says of 4xx alone that clients are answered with it; what it makes of a 5xx is its own (500 in the double)',
  },
});
