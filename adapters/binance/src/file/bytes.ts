import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { PortError } from '@portolan/kernel';
import { chunkBytes, unpacked } from './unpacked.ts';
import { zippedCsv } from './zip.ts';

/** What a file may unpack to, so that a small one cannot keep the reader busy for ever. */
export interface UnpackLimits {
  /** Bytes of the CSV file. @default 64 GiB, more than the busiest symbol's busiest month */
  readonly maxBytes?: number | undefined;
  /**
   * Bytes of the CSV file for each byte of the packed one; the first MiB is free. @default 200: trades pack 4:1, klines of an
   * idle symbol 22:1, and DEFLATE could 1,032:1
   */
  readonly maxRatio?: number | undefined;
}

/** The CSV bytes of one file, however it is packed. */
export interface CsvBytes {
  /** Name of the file in a zip. */
  readonly entryName?: string;
  /** What `onRead` counts up to: bytes of the CSV file where it is in a zip, else of the file as it lies there. */
  readonly sizeBytes: number;
  readonly fileBytes: number;
  /** Of the file; milliseconds since 1970, with a fraction. */
  readonly modifiedMs: number;
  /** Reads from the start, as fast as it is consumed, and closes the file however the reading ends. */
  chunks(onRead: (bytesRead: number) => void): AsyncIterable<Buffer>;
}

const freeBytes = 2 ** 20;

/**
 * Finds out how a file is packed, by its first bytes and not by its name.
 *
 * @throws {PortError} `not-found`; `unauthorized` where it may not be read; `invalid` for a folder, an empty file, and a zip
 *   that holds anything but one CSV file; `corrupted` for a damaged zip; `too-large` for one beyond the limits. Reading the
 *   chunks throws the last two as well.
 */
export async function csvBytesOf(path: string, limits: UnpackLimits): Promise<CsvBytes> {
  const { magic, ...facts } = await lookInto(path);
  const { maxBytes = 64 * 2 ** 30, maxRatio = 200 } = limits;
  const capOf = (packedBytes: number): number => Math.min(maxBytes, Math.max(freeBytes, packedBytes * maxRatio));

  if (magic === zipMagic) {
    const zip = await zippedCsv(path).catch((error: unknown) => {
      throw translated(path, error);
    });
    const cap = capOf(Math.min(zip.packedBytes, facts.fileBytes));
    if (zip.csvBytes > cap) throw tooLarge(path, zip.csvBytes, cap);
    const { entryName, csvBytes: sizeBytes } = zip;
    return { ...facts, entryName, sizeBytes, chunks: (onRead) => guarded(path, zip.chunks(), cap, onRead) };
  }
  const file = () => createReadStream(path, { highWaterMark: chunkBytes });
  const sizeBytes = facts.fileBytes;
  if (magic !== gzipMagic) return { ...facts, sizeBytes, chunks: (onRead) => guarded(path, file(), maxBytes, onRead) };
  return {
    ...facts,
    sizeBytes,
    chunks(onRead) {
      const packed = file();
      const stream = unpacked(packed, createGunzip({ chunkSize: chunkBytes }));
      return guarded(path, stream, capOf(sizeBytes), () => onRead(packed.bytesRead));
    },
  };
}

const zipMagic = 'PK';
const gzipMagic = '\u001f\u008b';

async function lookInto(path: string): Promise<{ fileBytes: number; modifiedMs: number; magic: string }> {
  try {
    await using file = await open(path);
    const stats = await file.stat();
    if (!stats.isFile()) throw new PortError('invalid', `${path} is not a file`);
    if (stats.size === 0) throw new PortError('invalid', `${path} is empty`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return { fileBytes: stats.size, modifiedMs: stats.mtimeMs, magic: buffer.toString('latin1', 0, bytesRead) };
  } catch (error) {
    throw translated(path, error);
  }
}

/** The same chunks, up to the cap; failures name the file. */
async function* guarded(
  path: string,
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(path, bytes, maxBytes);
      onRead(bytes);
      yield chunk;
    }
  } catch (error) {
    throw translated(path, error);
  }
}

const tooLarge = (path: string, bytes: number, cap: number): PortError =>
  new PortError(
    'too-large',
    `${path} unpacks to ${bytes} bytes or more; of a file of its size, at most ${cap} are read`,
  );

function translated(path: string, error: unknown): PortError {
  if (error instanceof PortError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new PortError('not-found', `${path} does not exist`, { cause: error });
  if (code === 'EACCES' || code === 'EPERM')
    return new PortError('unauthorized', `${path} may not be read`, { cause: error });
  // What is left is said by the disk, or by the unpacking of bytes that are not what they should be.
  const failed = /^E[A-Z]+$/.test(code) ? 'internal' : 'corrupted';
  return new PortError(failed, `${path} cannot be read: ${message}`, { cause: error });
}
