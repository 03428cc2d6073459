import type { Cloud } from '../placement.ts';

/** What a deployable is called, what it is, and versions of what its platform has to install. */
export interface Deployable {
  readonly name: string;
  readonly version: string;
  /** Listens by itself, in a container; otherwise its platform calls the functions that it exports. */
  readonly container: boolean;
  readonly functionsFramework: string;
}

/** Node that the clouds run: the newest that all three have. */
const engines = { node: '>=22' } as const;

/**
 * The files beside the bundle that a cloud's runtime looks for, by name: JSON documents.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference-node
 * @see https://cloud.google.com/functions/docs/writing#directory-structure-nodejs
 * @see https://cloud.google.com/docs/buildpacks/nodejs (it runs `npm start`)
 */
export function runtimeFiles(cloud: Cloud, deployable: Deployable): Readonly<Record<string, object>> {
  const { name, version, container, functionsFramework } = deployable;
  const manifest = { name, version, private: true, type: 'commonjs', main: 'main.cjs', engines };
  if (cloud === 'azure') return { 'package.json': manifest, 'host.json': azureHost };
  if (container) return { 'package.json': { ...manifest, scripts: { start: 'node main.cjs' } } };
  if (cloud === 'gcp') {
    const dependencies = { '@google-cloud/functions-framework': functionsFramework };
    return { 'package.json': { ...manifest, dependencies } };
  }
  return { 'package.json': manifest };
}

/**
 * Settings of the Functions host.
 *
 * - `functionTimeout` is what `azureFunctions` takes it to be; the host has longer ones on some plans.
 * - `routePrefix` is empty, since services have bases of their own: `/scheduling/v1`.
 * - `messageEncoding` is how the adapters write messages, and Event Grid as well.
 * - `maxPollingInterval` is how late a message may be noticed in a queue that was empty: the host looks again after 100 ms,
 *   then less and less often. Each look costs a request; its own default would be a minute.
 * - `visibilityTimeout` and `maxDequeueCount` are for functions that die without an answer, or whose failures could not
 *   be passed on: attempts that fail are counted by what messages carry.
 * - Invocations are left out of sampling, so that each is found.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-host-json
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#host-json
 * @see https://learn.microsoft.com/azure/azure-functions/extension-bundles
 */
const azureHost = {
  version: '2.0',
  functionTimeout: '00:05:00',
  extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.0.0, 5.0.0)' },
  extensions: {
    http: { routePrefix: '' },
    queues: {
      messageEncoding: 'base64',
      maxPollingInterval: '00:00:02',
      batchSize: 16,
      maxDequeueCount: 5,
      visibilityTimeout: '00:00:30',
    },
  },
  logging: { applicationInsights: { samplingSettings: { isEnabled: true, excludedTypes: 'Request' } } },
};
