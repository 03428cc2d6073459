import type { Readable, Transform } from 'node:stream';

/** Bytes of one chunk read from the disk or unpacked. */
export const chunkBytes = 65_536;

/** A packed stream through what unpacks it; both end with the first that fails or is given up. */
export function unpacked(packed: Readable, unpack: Transform): Readable {
  packed.on('error', (error) => unpack.destroy(error));
  unpack.on('close', () => packed.destroy());
  return packed.pipe(unpack);
}
