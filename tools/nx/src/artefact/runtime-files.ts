import type { Cloud } from '../placement.ts';

/** What a deployable is called, and versions of what its platform has to install. */
export interface Deployable {
  readonly name: string;
  readonly version: string;
  readonly functionsFramework: string;
}

/** Node that the clouds run: the newest that all three have. */
const engines = { node: '>=22' } as const;

/**
 * The files beside the bundle that a cloud's runtime looks for, by name: JSON documents.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference-node
 * @see https://cloud.google.com/functions/docs/writing#directory-structure-nodejs
 */
export function runtimeFiles(cloud: Cloud, deployable: Deployable): Readonly<Record<string, object>> {
  const { name, version, functionsFramework } = deployable;
  const manifest = { name, version, private: true, type: 'commonjs', main: 'main.cjs', engines };
  if (cloud === 'azure') return { 'package.json': manifest, 'host.json': azureHost };
  if (cloud === 'gcp') {
    const dependencies = { '@google-cloud/functions-framework': functionsFramework };
    return { 'package.json': { ...manifest, dependencies } };
  }
  return { 'package.json': manifest };
}

/**
 * Settings of the Functions host. Messages are text as our adapters write it; the number of attempts is counted by what
 * they carry, so the host's own limit is only for functions that die without an answer.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue
 */
const azureHost = {
  version: '2.0',
  extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.*, 5.0.0)' },
  extensions: {
    http: { routePrefix: '' },
    queues: { messageEncoding: 'none', maxDequeueCount: 5, batchSize: 16, visibilityTimeout: '00:00:30' },
  },
  logging: { applicationInsights: { samplingSettings: { isEnabled: true, excludedTypes: 'Request' } } },
};
