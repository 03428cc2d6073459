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

/** The id of a block: all of one blob must have one length, and no two uploads may share any. */
export const blockId = (upload: string, index: number): string =>
  Buffer.from(`${upload}${String(index).padStart(String(maxBlocks).length, '0')}`).toString('base64');
