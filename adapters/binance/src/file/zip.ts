import { crc32, createInflateRaw } from 'node:zlib';
import { PortError } from '@portolan/kernel';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { chunkBytes, unpacked } from './unpacked.ts';

/** The one CSV file in a zip. */
export interface ZippedCsv {
  readonly entryName: string;
  /** As the zip states it; reading holds the data against it. */
  readonly csvBytes: number;
  readonly packedBytes: number;
  /** Reads the file from its start. */
  chunks(): AsyncIterable<Buffer>;
}

const stored = 0;

/**
 * Looks into a zip as Binance publishes them: one CSV file at the top, packed or not.
 *
 * @throws {PortError} `invalid` where it holds anything else; `unsupported` for encryption and rare ways of packing.
 * @throws {Error} yauzl's, for a zip that is damaged.
 */
export async function zippedCsv(path: string): Promise<ZippedCsv> {
  const zip = await openZip(path);
  try {
    const entry = await onlyEntry(path, zip);
    return {
      entryName: entry.fileName,
      csvBytes: entry.uncompressedSize,
      packedBytes: entry.compressedSize,
      chunks: () => read(path, entry),
    };
  } finally {
    zip.close();
  }
}

const openZip = (path: string): Promise<ZipFile> => openPromise(path, { strictFileNames: true, autoClose: false });

async function onlyEntry(path: string, zip: ZipFile): Promise<Entry> {
  if (zip.entryCount !== 1)
    throw new PortError('invalid', `${path} holds ${zip.entryCount} files; expected one CSV file, as it was published`);
  for await (const entry of zip.eachEntry()) {
    // A name with a folder, or of another sort, is nothing that Binance publishes.
    if (!/^[^/\\\p{C}]{1,100}\.csv$/iu.test(entry.fileName))
      throw new PortError(
        'invalid',
        `${path} holds ${JSON.stringify(entry.fileName)}; expected one CSV file at the top`,
      );
    if (entry.isEncrypted()) throw new PortError('unsupported', `${path} is encrypted`);
    if (!entry.canDecodeFileData())
      throw new PortError(
        'unsupported',
        `${path} is packed by method ${entry.compressionMethod}; only DEFLATE is read`,
      );
    return entry;
  }
  throw new Error('it lists no file');
}

/** The data, held against the size and the checksum that the zip states; yauzl leaves the second to its caller. */
async function* read(path: string, entry: Entry): AsyncGenerator<Buffer> {
  const zip = await openZip(path);
  try {
    const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    const stream =
      entry.compressionMethod === stored ? packed : unpacked(packed, createInflateRaw({ chunkSize: chunkBytes }));
    let bytes = 0;
    let sum = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      sum = crc32(chunk, sum);
      if (bytes > entry.uncompressedSize) break;
      yield chunk;
    }
    if (bytes !== entry.uncompressedSize || sum !== entry.crc32)
      throw new Error('the data does not fit the stated size and checksum; load the file again');
  } finally {
    zip.close();
  }
}
