import { promisify } from 'node:util';
import { gzip as compress } from 'node:zlib';

const inPool = promisify(compress);

/**
 * Compresses a text by Node's zlib, on another thread. Level 3 takes half the time of 6 for a tenth more bytes. No time is
 * written into it: with one version of zlib equal texts are equal bytes.
 */
export const gzip = (text: string): Promise<Uint8Array> => inPool(text, { level: 3 });
