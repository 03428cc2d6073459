import { compareUtf8 } from '@portolan/kernel';
import { createHash } from 'node:crypto';

/** Why S3 does not do as asked. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What is stored with an object. */
export interface Described {
  readonly contentType: string;
  /** By name, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredObject extends Described {
  readonly bytes: Uint8Array;
  /** With quotes. */
  readonly etag: string;
  readonly modifiedAt: number;
}

/** `If-None-Match: *` and `If-Match` of a write. */
export interface WriteCondition {
  readonly ifNoneMatch: string | undefined;
  readonly ifMatch: string | undefined;
}

interface StoredUpload {
  readonly key: string;
  readonly described: Described;
  readonly parts: Map<number, { readonly bytes: Uint8Array; readonly etag: string }>;
}

const minPartBytes = 5 * 1_048_576;
const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();

/** One bucket in memory: what S3 does with objects, conditions and uploads, without the wire. */
export class BucketStore {
  readonly uploads = new Map<string, StoredUpload>();
  /** Whether created objects are told to EventBridge. */
  told = false;
  readonly #objects = new Map<string, StoredObject>();
  #count = 0;

  read(key: string): StoredObject {
    const found = this.#objects.get(key);
    if (found === undefined) throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.');
    return found;
  }

  /** All keys behind one, in the order of their UTF-8 bytes. */
  keys(prefix: string, after: string): readonly string[] {
    const wanted = [...this.#objects.keys()].filter((key) => key.startsWith(prefix));
    return wanted.filter((key) => after === '' || compareUtf8(key, after) > 0).sort(compareUtf8);
  }

  put(key: string, bytes: Uint8Array, described: Described, condition: WriteCondition, at: number): StoredObject {
    return this.#store(
      key,
      { ...described, bytes, etag: `"${md5(bytes).toString('hex')}"`, modifiedAt: at },
      condition,
    );
  }

  delete(key: string): void {
    this.#objects.delete(key);
  }

  begin(key: string, described: Described): string {
    const id = `upload-${++this.#count}`;
    this.uploads.set(id, { key, described, parts: new Map() });
    return id;
  }

  part(id: string, key: string, number: number, bytes: Uint8Array): string {
    if (!(number >= 1 && number <= 10_000)) throw new Refusal(400, 'InvalidArgument', 'Part number must be 1 to 10000');
    const etag = `"${md5(bytes).toString('hex')}"`;
    this.#upload(id, key).parts.set(number, { bytes, etag });
    return etag;
  }

  complete(
    id: string,
    key: string,
    listed: readonly { readonly number: number; readonly etag: string }[],
    condition: WriteCondition,
    at: number,
  ): StoredObject {
    const { described, parts } = this.#upload(id, key);
    if (listed.length === 0) throw new Refusal(400, 'MalformedXML');
    const chosen = listed.map(({ number, etag }, index) => {
      if (index > 0 && number <= listed[index - 1]!.number) throw new Refusal(400, 'InvalidPartOrder');
      const part = parts.get(number);
      if (part === undefined || part.etag.replaceAll('"', '') !== etag.replaceAll('"', '')) throw new Refusal(400, 'InvalidPart'); // prettier-ignore
      if (index < listed.length - 1 && part.bytes.length < minPartBytes) throw new Refusal(400, 'EntityTooSmall');
      return part;
    });
    const digest = md5(Buffer.concat(chosen.map(({ bytes }) => md5(bytes)))).toString('hex');
    const bytes = Buffer.concat(chosen.map((part) => part.bytes));
    const made = { ...described, bytes, etag: `"${digest}-${chosen.length}"`, modifiedAt: at };
    const stored = this.#store(key, made, condition);
    this.uploads.delete(id);
    return stored;
  }

  abort(id: string, key: string): void {
    this.#upload(id, key);
    this.uploads.delete(id);
  }

  #upload(id: string, key: string): StoredUpload {
    const upload = this.uploads.get(id);
    if (upload?.key !== key) throw new Refusal(404, 'NoSuchUpload', 'The specified upload does not exist.');
    return upload;
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
  #store(key: string, made: StoredObject, { ifNoneMatch, ifMatch }: WriteCondition): StoredObject {
    const standing = this.#objects.get(key);
    if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw new Refusal(501, 'NotImplemented');
    if (ifNoneMatch === '*' && standing !== undefined) throw new Refusal(412, 'PreconditionFailed');
    if (ifMatch !== undefined && standing === undefined) throw new Refusal(404, 'NoSuchKey');
    if (ifMatch !== undefined && standing!.etag !== ifMatch) throw new Refusal(412, 'PreconditionFailed');
    this.#objects.set(key, made);
    return made;
  }
}
