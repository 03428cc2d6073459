import { PortError } from '@portolan/kernel';

const mebibyte = 1_048_576;

/** @see https://learn.microsoft.com/rest/api/storageservices/understanding-block-blobs--append-blobs--and-page-blobs */
const maxBlocks = 50_000;
/** Blocks of each size, before they double: 8, 16, 32 and 64 MiB, which is 1.7 TiB in all. */
const blocksOfSize = 10_000;

/** What fits 50,000 blocks of these sizes, with room; in bytes. */
export const maxBlobBytes = 1_024 ** 4;

/**
 * Bytes of the block with that index: they grow, so that 50,000 of them are enough, and stay small for objects that are, since
 * some of them are in memory at a time.
 *
 * @param index - 0 to 49,999.
 */
export const blockBytes = (index: number): number => 8 * mebibyte * 2 ** Math.min(3, Math.floor(index / blocksOfSize));

/**
 * A body cut into blocks, each but the last as large as its index says. A body of nothing is one empty block.
 *
 * @param sizeOf - @default {@link blockBytes}
 * @throws {PortError} `too-large` over `maxBytes`, as soon as that is known; and what the body throws, as it is.
 */
export async function* blocksOf(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  limit: { readonly what: string; readonly maxBytes: number },
  sizeOf: (index: number) => number = blockBytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body instanceof Uint8Array) return yield* blocksOfArray(body, limit, sizeOf);
  let parts: Uint8Array[] = [];
  let heldBytes = 0;
  let sizeBytes = 0;
  let index = 0;
  for await (const chunk of body) {
    checkSize((sizeBytes += chunk.length), limit);
    for (let at = 0; at < chunk.length;) {
      const until = Math.min(chunk.length, at + sizeOf(index) - heldBytes);
      // A copy: whoever gave the chunk may use its memory for the next.
      parts.push(chunk.slice(at, until));
      heldBytes += until - at;
      at = until;
      if (heldBytes < sizeOf(index)) continue;
      yield Buffer.concat(parts, heldBytes);
      [parts, heldBytes] = [[], 0];
      index++;
    }
  }
  if (heldBytes > 0 || index === 0) yield Buffer.concat(parts, heldBytes);
}

function* blocksOfArray(
  body: Uint8Array,
  limit: { readonly what: string; readonly maxBytes: number },
  sizeOf: (index: number) => number,
): Generator<Uint8Array, void, undefined> {
  checkSize(body.length, limit);
  for (let at = 0, index = 0; at < body.length || index === 0; index++) {
    const until = Math.min(body.length, at + sizeOf(index));
    yield body.subarray(at, until);
    at = until;
  }
}

function checkSize(sizeBytes: number, { what, maxBytes }: { readonly what: string; readonly maxBytes: number }): void {
  if (sizeBytes <= maxBytes) return;
  throw new PortError('too-large', `${what}: an object of more than the ${maxBytes} bytes that fit`);
}

/** The id of a block: all of one blob must have one length, and no two uploads may share any. */
export const blockId = (upload: string, index: number): string =>
  Buffer.from(`${upload}${String(index).padStart(String(maxBlocks).length, '0')}`).toString('base64');
