import { PortError } from '@portolan/kernel';
import type { Answer } from '../clients/exchange.ts';
import type { GoogleRest } from '../clients/google-rest.ts';
import { isPassing, maxCalls } from '../clients/retries.ts';
import { hasHttpStatus } from '../errors/google-fault.ts';
import type { ObjectResource } from './object-resource.ts';

/** Every chunk but the last has a multiple of this. @see https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload */
export const chunkUnitBytes = 262_144;

/** How long one chunk may take, in milliseconds. */
const chunkMs = 120_000;

/**
 * An upload in chunks, each of which can be sent again: the session knows how much has been stored. Conditions and
 * metadata are those that the session was begun with; nothing is seen of the object before the last chunk is stored.
 *
 * @see https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
export class ResumableUpload {
  readonly #rest: GoogleRest;
  readonly #session: string;
  /** Bytes before the chunk that is under way. */
  #sent = 0;

  private constructor(rest: GoogleRest, session: string) {
    this.#rest = rest;
    this.#session = session;
  }

  /**
   * @param path - With `uploadType=resumable`.
   * @param resource - What is known of the object besides its content.
   */
  static async begin(rest: GoogleRest, path: string, resource: unknown): Promise<ResumableUpload> {
    // A session that nobody uses ends by itself after a week.
    const { headers } = await rest.answer({ method: 'POST', path, body: resource, repeatable: true });
    if (headers.location === undefined) throw new PortError('internal', 'an upload began without a session');
    return new ResumableUpload(rest, headers.location);
  }

  /** Stores a chunk that others follow; its length is a multiple of {@link chunkUnitBytes}. */
  async append(chunk: Uint8Array): Promise<void> {
    const done = await this.#store(chunk, undefined);
    if (done !== undefined) throw new PortError('internal', 'an upload ended before its last chunk');
  }

  /** Stores the last chunk, which may be of any length, and so the object. */
  async finish(chunk: Uint8Array): Promise<ObjectResource> {
    const done = await this.#store(chunk, this.#sent + chunk.length);
    if (done === undefined) throw new PortError('internal', 'an upload did not end with its last chunk');
    return done;
  }

  /** Ends it; what was stored is dropped. Not heard of, it ends by itself. */
  async cancel(): Promise<void> {
    await this.#rest.answer({
      method: 'DELETE',
      path: this.#session,
      anonymous: true,
      // That it was cancelled, and that it is not there any more.
      answers: [499, 404, 410],
      repeatable: true,
    });
  }

  /** @param total - Bytes of the object, with its last chunk; `undefined` before. @returns The object once it is whole. */
  async #store(chunk: Uint8Array, total: number | undefined): Promise<ObjectResource | undefined> {
    const end = this.#sent + chunk.length;
    let from = this.#sent;
    for (let calls = 1; ;) {
      const answer = await this.#once(chunk.subarray(from - this.#sent), from, total, calls);
      if (answer === 'failed') calls++;
      else if (answer.status !== 308) return JSON.parse(answer.text) as ObjectResource;
      const stored = answer === 'failed' ? await this.#ask(total) : storedBytes(answer);
      if (typeof stored !== 'number') return stored;
      if (stored >= end && total === undefined) break;
      if (stored < this.#sent || stored > end) throw new PortError('internal', 'an upload has lost what was stored');
      // Each step forward gives new hope.
      if (stored > from) calls = 1;
      else if (answer !== 'failed' && ++calls > maxCalls)
        throw new PortError('unavailable', 'nothing of a chunk is stored');
      from = stored;
    }
    this.#sent = end;
    return undefined;
  }

  async #once(bytes: Uint8Array, from: number, total: number | undefined, calls: number): Promise<Answer | 'failed'> {
    const range = bytes.length === 0 ? '*' : `${from}-${from + bytes.length - 1}`;
    try {
      return await this.#put(bytes, `bytes ${range}/${total ?? '*'}`, false);
    } catch (error) {
      // What was stored of it nevertheless is asked for before anything is sent again.
      if (isPassing(error)) await this.#rest.waitAfter(error, calls, true);
      else throw asGone(error);
      return 'failed';
    }
  }

  /** How many bytes are stored, or the object where it is whole. */
  async #ask(total: number | undefined): Promise<number | ObjectResource> {
    try {
      const answer = await this.#put(new Uint8Array(), `bytes */${total ?? '*'}`, true);
      return answer.status === 308 ? storedBytes(answer) : (JSON.parse(answer.text) as ObjectResource);
    } catch (error) {
      throw asGone(error);
    }
  }

  #put(bytes: Uint8Array, range: string, repeatable: boolean): Promise<Answer> {
    return this.#rest.answer({
      method: 'PUT',
      path: this.#session,
      content: { type: 'application/octet-stream', bytes },
      headers: { 'content-range': range },
      anonymous: true,
      answers: [308],
      timeoutMs: chunkMs,
      repeatable,
    });
  }
}

/** `bytes=0-524287`; no header where nothing is stored. */
function storedBytes({ headers }: Answer): number {
  const end = /^bytes=0-(\d+)$/.exec(headers.range ?? '')?.[1];
  return end === undefined ? 0 : Number(end) + 1;
}

/** A session that is gone takes what was stored with it, and a stream cannot be read again. */
const asGone = (error: unknown): unknown =>
  hasHttpStatus(error, 404, 410)
    ? new PortError('unavailable', 'the session of an upload is gone; begin again', { cause: error })
    : error;
