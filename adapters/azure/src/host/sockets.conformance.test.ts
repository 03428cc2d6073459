import { socketHostConformance } from '@portolan/conformance';
import { startEngine, type EngineProcess } from '@portolan/conformance/engine';
import { startStorage, type StorageEngine } from '../testing/storage-engine.ts';
import { AzureHost } from '../testing/host/azure-host.ts';
import { socketBindings } from '../testing/host/subject-bindings.ts';

let storage: StorageEngine;
let worker: EngineProcess;

beforeAll(async () => {
  const script = new URL('../testing/host/functions-worker.ts', import.meta.url);
  [storage, worker] = await Promise.all([startStorage(), startEngine(script)]);
});

afterAll(async () => {
  await Promise.all([storage[Symbol.asyncDispose](), worker[Symbol.asyncDispose]()]);
});

socketHostConformance({
  adapter: 'azureFunctions',
  cloud: 'azure',
  engine: 'double',
  harness: async () => new AzureHost({ storage, worker }, { main: 'socket-app.ts', bindings: socketBindings }),
  deviations: {
    'answers a client with 503 that is refused as unavailable, or whose function throws':
      'Web PubSub says of 4xx alone that clients are answered with it; what it makes of a 5xx is its own (500 in the double)',
  },
});
