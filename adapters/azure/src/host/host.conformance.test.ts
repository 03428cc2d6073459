import { hostConformance } from '@portolan/conformance';
import { startEngine, type EngineProcess } from '@portolan/conformance/engine';
import { startStorage, type StorageEngine } from '../testing/storage-engine.ts';
import { AzureHost } from '../testing/host/azure-host.ts';
import { subjectBindings } from '../testing/host/subject-bindings.ts';

let storage: StorageEngine;
let worker: EngineProcess;

beforeAll(async () => {
  const script = new URL('../testing/host/functions-worker.ts', import.meta.url);
  [storage, worker] = await Promise.all([startStorage(), startEngine(script)]);
});

afterAll(async () => {
  await Promise.all([storage[Symbol.asyncDispose](), worker[Symbol.asyncDispose]()]);
});

hostConformance({
  adapter: 'azureFunctions',
  cloud: 'azure',
  engine: 'double',
  harness: async () => new AzureHost({ storage, worker }, { main: 'subject-app.ts', bindings: subjectBindings }),
});
