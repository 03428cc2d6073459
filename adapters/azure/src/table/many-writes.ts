import { PortError, sideBySide, utf8Bytes, type EditResult } from '@portolan/kernel';
import { maxGroup, width } from './index-rows.ts';
import type { Intent, Row } from './steps.ts';
import type { Writer } from './writer.ts';

/**
 * Bytes of one entity group transaction, at most: its limit is 4 MiB with all that is around the items.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
 */
export const maxGroupBytes = 3_900_000;
/** Bytes of a request around each entity: headers, key, names, twice 1 KiB of each index row's key at most. */
const bytesAround = 4_096;

/** Bytes that a write takes in a transaction: its item as text inside of JSON. */
export function bytesOf(intent: Intent): number {
  return intent.kind === 'put' ? utf8Bytes(JSON.stringify(intent.draft.json)) + bytesAround : bytesAround;
}

/**
 * Does writes each on its own, of any partitions. Puts of one partition go together, as many as a transaction takes: it
 * is one request and counts as one. Where that fails because one of them met another ground, each is done alone.
 */
export async function writeEach(writer: Writer, intents: readonly Intent[]): Promise<EditResult[]> {
  const results = new Map<Intent, EditResult>();
  await sideBySide(groupsOf(intents), width, async (group) => {
    const left = group.length === 1 ? group : await writeTogether(writer, group, results);
    for (const intent of left) results.set(intent, await writeAlone(writer, intent));
  });
  return intents.map((intent) => results.get(intent)!);
}

export function groupsOf(intents: readonly Intent[]): Intent[][] {
  const puts = intents.filter(({ kind }) => kind === 'put');
  const groups: Intent[][] = intents.filter(({ kind }) => kind !== 'put').map((intent) => [intent]);
  for (const ofPartition of Map.groupBy(puts, ({ address }) => address.partitionKey).values()) {
    let group: Intent[] = [];
    let bytes = 0;
    for (const intent of ofPartition) {
      const more = bytesOf(intent);
      if (group.length === maxGroup || (group.length > 0 && bytes + more > maxGroupBytes)) {
        groups.push(group);
        group = [];
        bytes = 0;
      }
      group.push(intent);
      bytes += more;
    }
    groups.push(group);
  }
  return groups;
}

/** @returns Those that have to be done alone. */
async function writeTogether(
  writer: Writer,
  group: readonly Intent[],
  results: Map<Intent, EditResult>,
): Promise<readonly Intent[]> {
  try {
    const grounds = writer.guess(group, true) ?? (await writer.read(group));
    const failed = writer.firstFailed(group, grounds);
    const added: Row[] = [];
    if (failed !== -1 || !(await writer.attempt(group, grounds, true, added))) return group;
    for (const intent of group) results.set(intent, written(intent));
  } catch (error) {
    for (const intent of group) results.set(intent, failedBy(error));
  }
  return [];
}

async function writeAlone(writer: Writer, intent: Intent): Promise<EditResult> {
  try {
    const { kind } = await writer.commit([intent], false);
    return kind === 'conflict' ? { kind } : written(intent);
  } catch (error) {
    return failedBy(error);
  }
}

/** What a write is answered that was done. No item ever has the version of its removal. */
export const written = (intent: Intent): { readonly kind: 'written'; readonly version: string } => ({
  kind: 'written',
  version: intent.kind === 'put' ? intent.draft.version : 'removed',
});

function failedBy(error: unknown): EditResult {
  if (error instanceof PortError) return { kind: 'failed', error };
  throw error;
}
