import type { ByteRange } from '@portolan/kernel';
import { randomUUID } from 'node:crypto';
import type { OpenAnswer } from '../clients/exchange.ts';
import type { GoogleRest } from '../clients/google-rest.ts';
import { hasHttpStatus } from '../errors/google-fault.ts';
import { listedFields, objectFields, type ListedResource, type ObjectResource } from './object-resource.ts';
import { ResumableUpload } from './resumable-upload.ts';

/** What an object is written with. */
export interface WriteSettings {
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Only where that generation stands; where none does, for `0`. */
  readonly ifGenerationMatch?: string;
}

/** What has to be known of an object to read it. */
export type Opened = Pick<ObjectResource, 'name' | 'generation' | 'contentEncoding'>;

/** Times that a copy is begun anew because its source was replaced while it was under way. */
const maxCopies = 5;
/** Of a rewrite's single request. @see https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite */
const rewriteMs = 120_000;
/** For one request with its content, in milliseconds. */
const insertMs = 120_000;

/** The objects of one bucket, over the JSON API. What it throws is Google's, not yet a port's. */
export class Bucket {
  readonly #rest: GoogleRest;
  readonly name: string;

  /** @param rest - Of `https://storage.googleapis.com/storage/v1/`. */
  constructor(rest: GoogleRest, name: string) {
    this.#rest = rest;
    this.name = name;
  }

  /** Waits before what failed is done again. @see GoogleRest.waitAfter */
  waitAfter(error: unknown, calls: number): Promise<void> {
    return this.#rest.waitAfter(error, calls, true);
  }

  async head(key: string): Promise<ObjectResource | undefined> {
    const path = `${this.#path(key)}?fields=${objectFields}`;
    return unlessMissing(this.#rest.call<ObjectResource>({ method: 'GET', path, repeatable: true }));
  }

  /**
   * The content of one generation, as it is stored; `undefined` where it has been replaced or removed.
   *
   * @see https://cloud.google.com/storage/docs/transcoding
   */
  async open({ name, generation, contentEncoding }: Opened, range?: ByteRange): Promise<OpenAnswer | undefined> {
    const to = range?.to === undefined ? '' : range.to - 1;
    const headers = {
      // What is said to be gzip is unpacked on its way for whoever does not take it, and else nothing may be packed.
      'accept-encoding': contentEncoding ?? 'identity',
      ...(range === undefined ? {} : { range: `bytes=${range.from}-${to}` }),
    };
    const path = `${this.#path(name)}?alt=media&generation=${generation}`;
    return unlessMissing(this.#rest.open({ method: 'GET', path, headers, repeatable: true }));
  }

  /**
   * Writes an object in one request, which is repeated where there is no condition: twice comes to the same then.
   *
   * @see https://cloud.google.com/storage/docs/json_api/v1/how-tos/multipart-upload
   */
  async insert(key: string, bytes: Uint8Array, settings: WriteSettings): Promise<ObjectResource> {
    const boundary = randomUUID();
    const part = (type: string): string => `--${boundary}\r\ncontent-type: ${type}\r\n\r\n`;
    const { contentType, metadata, ifGenerationMatch } = settings;
    const body = Buffer.concat([
      Buffer.from(`${part('application/json')}${JSON.stringify({ contentType, metadata })}\r\n${part(contentType)}`),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    return this.#rest.call({
      method: 'POST',
      path: this.#uploadPath(key, 'multipart', settings),
      content: { type: `multipart/related; boundary=${boundary}`, bytes: body },
      repeatable: ifGenerationMatch === undefined,
      timeoutMs: insertMs,
    });
  }

  /** Begins to write an object of any size. */
  begin(key: string, settings: WriteSettings): Promise<ResumableUpload> {
    const { contentType, metadata } = settings;
    return ResumableUpload.begin(this.#rest, this.#uploadPath(key, 'resumable', settings), { contentType, metadata });
  }

  /**
   * Copies within the bucket, in as many requests as it takes.
   *
   * @returns The copy; `undefined` where there is nothing to copy.
   */
  async rewrite(from: string, to: string): Promise<ObjectResource | undefined> {
    const fields = encodeURIComponent(`done,rewriteToken,resource(${objectFields})`);
    const path = `${this.#path(from)}/rewriteTo/${this.#path(to)}?fields=${fields}`;
    let token: string | undefined;
    let begun = 1;
    for (;;) {
      try {
        const query = token === undefined ? '' : `&rewriteToken=${encodeURIComponent(token)}`;
        const call = { method: 'POST', path: `${path}${query}`, repeatable: true, timeoutMs: rewriteMs } as const;
        const answer = await unlessMissing(this.#rest.call<RewriteAnswer>(call));
        if (answer === undefined || answer.done) return answer?.resource;
        token = answer.rewriteToken;
      } catch (error) {
        // A token is good for the generation that it was given for: where that was replaced, the copy begins anew.
        if (token === undefined || !hasHttpStatus(error, 400, 410, 412) || begun++ === maxCopies) throw error;
        token = undefined;
      }
    }
  }

  async delete(key: string): Promise<void> {
    await unlessMissing(this.#rest.call({ method: 'DELETE', path: this.#path(key), repeatable: true }));
  }

  /** One page, in the order of the names' UTF-8 bytes. */
  list(prefix: string, limit: number, pageToken: string | undefined): Promise<ListAnswer> {
    const query = new URLSearchParams({
      fields: `nextPageToken,items(${listedFields})`,
      maxResults: String(limit),
      ...(prefix === '' ? {} : { prefix }),
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    return this.#rest.call({ method: 'GET', path: `b/${this.name}/o?${query}`, repeatable: true });
  }

  #path(key: string): string {
    return `b/${this.name}/o/${encodeURIComponent(key)}`;
  }

  #uploadPath(key: string, uploadType: string, { ifGenerationMatch }: WriteSettings): string {
    const query = new URLSearchParams({
      uploadType,
      name: key,
      fields: objectFields,
      ...(ifGenerationMatch === undefined ? {} : { ifGenerationMatch }),
    });
    return `/upload/storage/v1/b/${this.name}/o?${query}`;
  }
}

interface RewriteAnswer {
  readonly done: boolean;
  readonly rewriteToken?: string;
  readonly resource?: ObjectResource;
}

export interface ListAnswer {
  readonly items?: readonly ListedResource[];
  readonly nextPageToken?: string;
}

// Where content is asked for, refusals are no JSON, and their text is quoted.
const missingBucket = /^(HTTP 404: )?The specified bucket does not exist/i;

/** `undefined` for an object that does not exist. That its bucket does not is a fault, and told in the same status. */
async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (hasHttpStatus(error, 404) && !missingBucket.test(error.message)) return undefined;
    throw error;
  }
}
