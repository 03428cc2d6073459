import {
  PortError,
  type Ids,
  type ObjectCondition,
  type ObjectPutOptions,
  type ObjectPutResult,
  type ObjectsPort,
} from '@portolan/kernel';
import { isPassing } from '../clients/retries.ts';
import { hasHttpStatus } from '../errors/google-fault.ts';
import { portErrorOf } from '../errors/port-error-of.ts';
import type { Bucket, WriteSettings } from './bucket.ts';
import { isGeneration, writeMark, type ObjectResource } from './object-resource.ts';
import { StreamChunks, StreamFailure } from './stream-chunks.ts';

/** Writes whole objects: in one request what fits into one chunk, and in chunks what does not. */
export class ObjectWriter {
  readonly #port: ObjectsPort;
  readonly #bucket: Bucket;
  readonly #chunkBytes: number;
  readonly #ids: Ids;

  constructor(port: ObjectsPort, bucket: Bucket, chunkBytes: number, ids: Ids) {
    this.#port = port;
    this.#bucket = bucket;
    this.#chunkBytes = chunkBytes;
    this.#ids = ids;
  }

  /** @throws what `body` throws; {@link PortError} for all else. */
  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    { condition, contentType = 'application/octet-stream', metadata = {} }: ObjectPutOptions,
  ): Promise<ObjectPutResult> {
    const generation = generationOf(condition);
    const settings = {
      contentType,
      metadata,
      ...(generation === undefined ? {} : { ifGenerationMatch: generation }),
    };
    try {
      if (body instanceof Uint8Array) this.#checkSize(body.length);
      // A tag that is none of Cloud Storage is the tag of no object.
      if (generation === 'none') return { kind: 'conflict' };
      const written = await this.#write(key, body, settings);
      return { kind: 'written', tag: written.generation };
    } catch (error) {
      if (error instanceof StreamFailure) throw error.thrown;
      if (hasHttpStatus(error, 412)) return { kind: 'conflict' };
      throw portErrorOf(error, `objects "${this.#port.name}": put`);
    }
  }

  async #write(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    settings: WriteSettings,
  ): Promise<ObjectResource> {
    if (body instanceof Uint8Array && body.length <= this.#chunkBytes) return this.#insert(key, body, settings);
    const stream = body instanceof Uint8Array ? piecesOf(body) : body;
    const chunks = new StreamChunks(stream, this.#chunkBytes, (sizeBytes) => this.#checkSize(sizeBytes));
    try {
      return await this.#writeChunks(key, chunks, settings);
    } finally {
      await chunks.close();
    }
  }

  async #writeChunks(key: string, chunks: StreamChunks, settings: WriteSettings): Promise<ObjectResource> {
    let chunk = await chunks.next();
    if (chunk.last) return this.#insert(key, chunk.bytes, settings);
    const upload = await this.#bucket.begin(key, settings);
    try {
      for (; !chunk.last; chunk = await chunks.next()) await upload.append(chunk.bytes);
      return await upload.finish(chunk.bytes);
    } catch (error) {
      // What went wrong is told; that what was stored is dropped a week later then, is not worth another error.
      await upload.cancel().catch(() => {});
      throw error;
    }
  }

  /**
   * Writes in one request. Where a condition is set and no answer comes, it is tried again; and when the condition is not met
   * then, the mark of the object that stands shows whether that is because it was done the first time.
   */
  async #insert(key: string, bytes: Uint8Array, settings: WriteSettings): Promise<ObjectResource> {
    if (settings.ifGenerationMatch === undefined) return this.#bucket.insert(key, bytes, settings);
    const mark = this.#ids.next();
    const marked = { ...settings, metadata: { ...settings.metadata, [writeMark]: mark } };
    let doubt: unknown;
    for (let calls = 1; ; calls++) {
      try {
        return await this.#bucket.insert(key, bytes, marked);
      } catch (error) {
        if (doubt !== undefined && hasHttpStatus(error, 412)) {
          const found = await this.#bucket.head(key);
          if (found?.metadata?.[writeMark] === mark) return found;
          // It may have been done, and replaced since.
          throw doubt;
        }
        if (!isPassing(error)) throw error;
        doubt = error;
        await this.#bucket.waitAfter(error, calls);
      }
    }
  }

  #checkSize(sizeBytes: number): void {
    const { name, maxObjectBytes } = this.#port;
    if (sizeBytes <= maxObjectBytes) return;
    throw new PortError('too-large', `objects "${name}": an object has more than the ${maxObjectBytes} bytes that fit`);
  }
}

/** @returns `none` for a tag that no object has. */
function generationOf(condition: ObjectCondition | undefined): string | undefined {
  if (condition === undefined) return undefined;
  if (condition === 'absent') return '0';
  return isGeneration(condition.tag) ? condition.tag : 'none';
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
