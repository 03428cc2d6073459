import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueueHostOptions } from '../queue-host.ts';

/** What the double heeds of an app's host.json, with the host's own defaults. */
export interface HostSettings {
  /** Before every route, without slashes at its ends. @default 'api' */
  readonly routePrefix: string;
  readonly queues: Required<QueueHostOptions>;
}

interface HostJson {
  readonly version?: string;
  readonly extensions?: {
    readonly http?: { readonly routePrefix?: string };
    readonly queues?: {
      readonly batchSize?: number;
      readonly maxDequeueCount?: number;
      readonly visibilityTimeout?: string;
      readonly messageEncoding?: string;
    };
  };
}

/**
 * Reads host.json from the root of an app.
 *
 * @throws {Error} where there is none, as for the real host, and for messages that are not in base64: the double reads no
 *   others.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-host-json
 */
export function hostSettingsIn(directory: string): HostSettings {
  const { version, extensions = {} } = JSON.parse(readFileSync(join(directory, 'host.json'), 'utf8')) as HostJson;
  if (version !== '2.0') throw new Error(`host.json must have the version "2.0", not ${JSON.stringify(version)}`);
  const { http = {}, queues = {} } = extensions;
  const { batchSize = 16, maxDequeueCount = 5, visibilityTimeout = '00:00:00', messageEncoding = 'base64' } = queues;
  if (messageEncoding !== 'base64') throw new Error(`messages are read in base64 here, not in "${messageEncoding}"`);
  const [hours, minutes, seconds] = visibilityTimeout.split(':').map(Number) as [number, number, number];
  return {
    routePrefix: http.routePrefix ?? 'api',
    queues: { batchSize, maxDequeueCount, visibilityTimeout: hours * 3_600 + minutes * 60 + seconds },
  };
}
