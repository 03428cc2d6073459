import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import { PortError, sideBySide, type ObjectCopyResult } from '@portolan/kernel';
import { randomUUID } from 'node:crypto';
import type { BlobContainer } from '../clients/blob-clients.ts';
import { portErrorOf, serviceCodeOf, statusOf } from '../errors/port-error-of.ts';
import { tagOf } from './blob-info.ts';
import { blockId } from './blocks.ts';
import { whereMissing } from './missing.ts';

export interface CopySizes {
  /**
   * What the service copies in one request, in bytes.
   *
   * @see https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url
   */
  readonly maxAtOnce: number;
  /**
   * Of larger ones, what becomes one block, in bytes; the service takes 4,000 MiB.
   *
   * @see https://learn.microsoft.com/rest/api/storageservices/put-block-from-url
   */
  readonly part: number;
}

export const copySizes: CopySizes = { maxAtOnce: 256 * 1_048_576, part: 256 * 1_048_576 };

/** Parts on their way at once. */
const width = 4;
/** How often a copy is begun whose source is replaced while it goes on. */
const maxAttempts = 5;
/** How long the service may read the source by the signature that it is given, in milliseconds. */
const readableMs = 3_600_000;

/** The source is another by now. */
class Replaced extends Error {
  override readonly name = 'Replaced';
}

/**
 * Copies a blob inside its container without its bytes passing through here: in one request or, where it is too large for
 * that, block by block. Either way it appears whole, and is of one version of the source.
 *
 * @param now - Milliseconds since 1970.
 * @param what - For messages, `objects "uploads": copy`.
 */
export async function copyBlob(
  container: BlobContainer,
  [from, to]: readonly [from: string, to: string],
  now: () => number,
  what: string,
  sizes: CopySizes = copySizes,
): Promise<ObjectCopyResult> {
  const source = container.steady.getBlobClient(from);
  try {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const found = await source.getProperties().catch(whereMissing);
      if (found === undefined) return { kind: 'not-found' };
      if (from === to) return { kind: 'copied', tag: tagOf(found) };
      const url = `${source.url}?${await container.sign(from, 'r', now() + readableMs, now())}`;
      const copying = (found.contentLength ?? 0) <= sizes.maxAtOnce ? copyAtOnce : copyInParts;
      const tag = await copying({ container, from, to, url, found, partBytes: sizes.part }).catch(replacedMeansNothing);
      if (tag !== undefined) return { kind: 'copied', tag };
    }
  } catch (error) {
    throw portErrorOf(error, what);
  }
  throw new PortError('unavailable', `${what}: the source was replaced ${maxAttempts} times while it was copied`);
}

interface Copy {
  readonly container: BlobContainer;
  readonly from: string;
  readonly to: string;
  /** Of the source, signed. */
  readonly url: string;
  readonly found: BlobGetPropertiesResponse;
  readonly partBytes: number;
}

async function copyAtOnce({ container, to, url, found }: Copy): Promise<string> {
  const sourceConditions = { ifMatch: found.etag! };
  return tagOf(await container.steady.getBlobClient(to).syncCopyFromURL(url, { sourceConditions }));
}

async function copyInParts({ container, from, to, url, found, partBytes }: Copy): Promise<string> {
  const sizeBytes = found.contentLength ?? 0;
  const upload = randomUUID();
  const target = container.steady.getBlockBlobClient(to);
  const offsets = Array.from({ length: Math.ceil(sizeBytes / partBytes) }, (_, index) => index * partBytes);
  const ids = await sideBySide(offsets, width, async (offset, index) => {
    const id = blockId(upload, index);
    await target.stageBlockFromURL(id, url, offset, Math.min(partBytes, sizeBytes - offset));
    return id;
  });
  // Parts of a source that has had one tag all the while are of one version.
  const after = await container.steady.getBlobClient(from).getProperties().catch(whereMissing);
  if (after?.etag !== found.etag) throw new Replaced();
  const { contentType, metadata } = found;
  const blobHTTPHeaders = contentType === undefined ? {} : { blobContentType: contentType };
  return tagOf(await target.commitBlockList(ids, { blobHTTPHeaders, ...(metadata === undefined ? {} : { metadata }) }));
}

/** What says that the source, or what had been staged of it, is there no more. */
const replaced = [
  'SourceConditionNotMet',
  'BlobNotFound',
  'CannotVerifyCopySource',
  'InvalidBlockList',
  'InvalidRange',
];

function replacedMeansNothing(error: unknown): undefined {
  const code = serviceCodeOf(error) ?? '';
  if (error instanceof Replaced || statusOf(error) === 412 || (replaced.includes(code) && statusOf(error) !== 403))
    return;
  throw error;
}
