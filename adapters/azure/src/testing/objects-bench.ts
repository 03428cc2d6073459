import { objects, seconds } from '@portolan/kernel';
import { blobClients } from '../clients/blob-clients.ts';
import { hookedHttpClient, type Hooks } from './hooked-http-client.ts';
import { ObjectsHarness } from './objects-harness.ts';
import type { StorageEngine } from './storage-engine.ts';

export const uploads = objects('uploads', { retry: { maxAttempts: 2, baseMs: seconds(1), capMs: seconds(1) } });

/** So many bytes, not all alike; others for each other start. */
export const bytes = (length: number, start = 0): Uint8Array =>
  Buffer.alloc(
    length,
    Uint8Array.from({ length: 251 }, (_, at) => (start + at * 7) % 251),
  );

/** Clients by which things happen to requests. */
export const hookedClients = (engine: StorageEngine, hooks: Hooks) =>
  blobClients({ env: engine.env, pipeline: { httpClient: hookedHttpClient(hooks) } });

/** A port that is there, and processes on it to whose requests things happen. */
export async function openUploads(engine: StorageEngine) {
  const harness = new ObjectsHarness(engine);
  const place = await harness.open(uploads);
  return { harness, place, hooked: (hooks: Hooks) => harness.openWith(uploads, hookedClients(engine, hooks)) };
}
