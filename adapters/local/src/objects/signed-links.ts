import { PortError, type Clock, type Objects, type ObjectsPort } from '@portolan/kernel';
import { keptText } from '@portolan/node';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { diskError } from './disk-errors.ts';

/** Where objects are served, below the platform's URL. */
export const linkPath = '/_objects/';

/** What whoever has a URL may do. */
export interface Link {
  readonly method: 'GET' | 'PUT';
  /** Of the objects: `transcoding.uploads`. */
  readonly place: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** What a PUT must carry; any without it. */
  readonly contentType?: string;
}

/** Objects that URLs may lead to. */
export type LinkedPlace = Objects & { readonly port: ObjectsPort };

/**
 * Signs URLs of objects and knows them again: HMAC-SHA-256 over all that a URL allows, by a key that is kept beside the
 * objects.
 */
export class SignedLinks {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #places = new Map<string, LinkedPlace>();
  #key: string | undefined;
  /** Where clients reach the platform, without a slash at its end; `undefined` while nobody does. */
  publicUrl: string | undefined;

  /** @param folder - Where the key is kept, made with the first URL. */
  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  offer(name: string, place: LinkedPlace): void {
    this.#places.set(name, place);
  }

  /** Takes a place back, unless another has taken its name since. */
  withdraw(name: string, place: LinkedPlace): void {
    if (this.#places.get(name) === place) this.#places.delete(name);
  }

  placeOf({ place }: Link): LinkedPlace | undefined {
    return this.#places.get(place);
  }

  /** @throws {PortError} `unavailable` while the platform is served nowhere. */
  sign(link: Link): string {
    if (this.publicUrl === undefined)
      throw new PortError('unavailable', 'URLs of objects can be signed once the platform is served somewhere');
    const path = [link.place, ...link.key.split('/')].map(encodeURIComponent).join('/');
    const query = new URLSearchParams({
      expires: String(link.expiresAt),
      ...(link.contentType === undefined ? {} : { type: link.contentType }),
      signature: this.#signatureOf(link),
    });
    return `${this.publicUrl}${linkPath}${path}?${query.toString()}`;
  }

  /**
   * What a request may do.
   *
   * @param target - Path and query as they were sent.
   * @returns `undefined` for a URL that was not signed so, and for one that has expired.
   */
  verify(method: Link['method'], target: string): Link | undefined {
    const [, encodedPath = '', query = ''] = /^\/_objects\/([^?]*)\??(.*)$/s.exec(target) ?? [];
    const path = decoded(encodedPath);
    const params = new URLSearchParams(query);
    const expires = params.get('expires') ?? '';
    const contentType = params.get('type');
    if (path === undefined || !/^\d{1,15}$/.test(expires)) return undefined;
    const [place = '', ...segments] = path;
    const link: Link = {
      method,
      place,
      key: segments.join('/'),
      expiresAt: Number(expires),
      ...(contentType === null ? {} : { contentType }),
    };
    if (!alike(params.get('signature') ?? '', this.#signatureOf(link))) return undefined;
    return this.#clock.now() < link.expiresAt ? link : undefined;
  }

  #signatureOf({ method, place, key, expiresAt, contentType }: Link): string {
    const text = JSON.stringify([method, place, key, expiresAt, contentType ?? null]);
    return createHmac('sha256', this.#secret()).update(text).digest('base64url');
  }

  #secret(): string {
    try {
      if (this.#key === undefined) mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      return (this.#key ??= keptText(join(this.#folder, 'signing-key'), () => randomBytes(32).toString('base64url')));
    } catch (error) {
      throw diskError(error, this.#folder);
    }
  }
}

/** The segments of a path; `undefined` where they are encoded wrongly. */
function decoded(path: string): readonly string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Takes as long wherever the first difference is, so that nobody can find a signature sign by sign. */
function alike(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
