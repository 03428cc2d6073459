import { PortError } from '@portolan/kernel';
import { close, read } from 'node:fs';
import { promisify } from 'node:util';
import { diskError } from './disk-errors.ts';

const chunkBytes = 131_072;
const readAt = promisify(read);

/** Bytes that are in memory. */
export async function* bodyOfBytes(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/**
 * The bytes of a file from one offset up to another, read as they are asked for. The descriptor is closed at their end and
 * wherever the reader stops, even before it has begun, which a generator would not notice.
 */
export function bodyOfFile(descriptor: number, from: number, to: number): AsyncIterableIterator<Uint8Array> {
  let at = from;
  let closed = false;
  const end = (): IteratorReturnResult<undefined> => {
    if (!closed) close(descriptor, () => {});
    closed = true;
    return { done: true, value: undefined };
  };
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    if (closed || at >= to) return end();
    try {
      const length = Math.min(chunkBytes, to - at);
      const buffer = Buffer.allocUnsafeSlow(length);
      const { bytesRead } = await readAt(descriptor, buffer, 0, length, at);
      if (bytesRead === 0)
        throw new PortError('corrupted', `the file of an object ends at byte ${at}, before the object does`);
      at += bytesRead;
      return { done: false, value: new Uint8Array(buffer.buffer, 0, bytesRead) };
    } catch (error) {
      end();
      throw diskError(error, 'the file of an object');
    }
  };
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    next,
    return: async () => end(),
  };
  return body;
}
