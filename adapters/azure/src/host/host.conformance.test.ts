import { hostConformance } from '@portolan/conformance';
import { AzureHost } from '../testing/host/azure-host.ts';
import { startAzureEngines } from '../testing/host/deployment.ts';
import { subjectBindings } from '../testing/host/subject-bindings.ts';

const engines = await startAzureEngines();
afterAll(() => engines[Symbol.asyncDispose]());

hostConformance({
  adapter: 'azureFunctions',
  cloud: 'azure',
  engine: 'double',
  harness: async () => new AzureHost(engines, { main: 'subject-app.ts', bindings: subjectBindings }),
});
