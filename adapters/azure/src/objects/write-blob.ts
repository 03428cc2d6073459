import type { BlobHTTPHeaders, BlobRequestConditions, BlockBlobClient } from '@azure/storage-blob';
import type { ObjectPutResult } from '@portolan/kernel';
import { PortError } from '@portolan/kernel';
import { randomUUID } from 'node:crypto';
import type { BlobContainer } from '../clients/blob-clients.ts';
import { whileBusy } from '../clients/while-busy.ts';
import { portErrorOf, serviceCodeOf, statusOf } from '../errors/port-error-of.ts';
import { keptMetadata, tagOf } from './blob-info.ts';
import { blockId } from './blocks.ts';

/** Blocks of one object on their way at once. */
const width = 3;

const conflict: ObjectPutResult = { kind: 'conflict' };

/** What is written besides the content. */
export interface BlobWrite {
  readonly headers: BlobHTTPHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  /** Empty for a write without a condition. */
  readonly conditions: BlobRequestConditions;
}

/**
 * Writes a blob: at once where its first block is all of it, else block by block, and then the list of them, by which it
 * comes to be. What is not in a list in the end (the body threw, the process ended) is seen by nobody, and is gone after a
 * week.
 *
 * @param isWhole - Whether a first block of that size can be followed by no other.
 * @param what - For messages, `objects "uploads": put`.
 * @throws what the body throws, as it is.
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block#remarks
 */
export async function writeBlob(
  container: BlobContainer,
  key: string,
  blocks: AsyncGenerator<Uint8Array, void, undefined>,
  isWhole: (block: Uint8Array) => boolean,
  write: BlobWrite,
  what: string,
): Promise<ObjectPutResult> {
  const first = (await blocks.next()).value as Uint8Array;
  const { headers: blobHTTPHeaders, metadata, conditions } = write;
  const options = { blobHTTPHeaders, metadata: keptMetadata(metadata), conditions };
  // A write with a condition is asked for once: repeated after its answer was lost, it would fail by what it wrote itself.
  // Whoever was too busy to do anything is asked again.
  const asked = Object.keys(conditions).length === 0 ? container.steady : container.once;
  const blob = asked.getBlockBlobClient(key);
  if (isWhole(first)) {
    await blocks.return();
    return settled(() => blob.upload(first, first.length, options), conditions, what);
  }
  const ids = await stageAll(container.steady.getBlockBlobClient(key), first, blocks, what);
  return settled(() => blob.commitBlockList(ids, options), conditions, what);
}

/** @returns The ids of the blocks, in their order. */
async function stageAll(
  blob: BlockBlobClient,
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
  what: string,
): Promise<string[]> {
  const upload = randomUUID();
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  const ids: string[] = [];
  let failure: PortError | undefined;
  const stage = async (block: Uint8Array): Promise<void> => {
    const id = blockId(upload, ids.length);
    ids.push(id);
    const staging: Promise<void> = blob
      .stageBlock(id, block, block.length, { abortSignal: stop.signal })
      .then(
        () => {},
        (error: unknown) => {
          failure ??= portErrorOf(error, what);
        },
      )
      .finally(() => running.delete(staging));
    running.add(staging);
    if (running.size >= width) await Promise.race(running);
    if (failure !== undefined) throw failure;
  };
  try {
    await stage(first);
    for await (const block of rest) await stage(block);
    await Promise.all(running);
    if (failure !== undefined) throw failure;
    return ids;
  } catch (error) {
    stop.abort();
    await Promise.all(running);
    throw error;
  }
}

async function settled(
  write: () => Promise<{ readonly etag?: string }>,
  conditions: BlobRequestConditions,
  what: string,
): Promise<ObjectPutResult> {
  const conditional = Object.keys(conditions).length > 0;
  try {
    return { kind: 'written', tag: tagOf(await (conditional ? whileBusy(write) : write())) };
  } catch (error) {
    if (conditional && (statusOf(error) === 412 || serviceCodeOf(error) === 'BlobAlreadyExists')) return conflict;
    // Another write of the same blob has done away with all blocks that were in no list yet.
    if (serviceCodeOf(error) === 'InvalidBlockList') {
      if (conditional) return conflict;
      throw new PortError('unavailable', `${what}: another write came between; write again`, { cause: error });
    }
    throw portErrorOf(error, what);
  }
}
