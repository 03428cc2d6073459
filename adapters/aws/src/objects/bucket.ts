import type { S3Client } from '@aws-sdk/client-s3';
import type { Environment, ObjectsPort } from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error.ts';

/** One bucket of S3, behind one port. */
export class Bucket {
  readonly client: S3Client;
  readonly port: ObjectsPort;
  readonly environment: Environment;
  /** The subject of error messages. */
  readonly what: string;
  /** Its name, which may have to be asked for. */
  readonly name: () => Promise<string>;
  readonly silenceMs: number;

  /** @param silenceMs - After which a body that says nothing is asked for anew. @default 30,000 */
  constructor(
    client: S3Client,
    name: () => Promise<string>,
    port: ObjectsPort,
    environment: Environment,
    silenceMs = 30_000,
  ) {
    this.client = client;
    this.name = name;
    this.silenceMs = silenceMs;
    this.port = port;
    this.environment = environment;
    this.what = `objects "${port.name}"`;
  }

  /**
   * Makes a call of S3.
   *
   * @throws {PortError} for whatever the SDK throws.
   */
  async call<T>(run: (bucket: { readonly Bucket: string }, client: S3Client) => Promise<T>): Promise<T> {
    try {
      return await run({ Bucket: await this.name() }, this.client);
    } catch (error) {
      throw portErrorOf(error, this.what);
    }
  }

  /** As `call`; `undefined` where S3 answers that there is no object under the key. */
  async find<T>(run: (bucket: { readonly Bucket: string }, client: S3Client) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.call(run);
    } catch (error) {
      if (isNoKey((error as Error).cause)) return undefined;
      throw error;
    }
  }
}

/** An answer to HEAD has no body to name the error in. A bucket that is missing has another name. */
export const isNoKey = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes(nameOf(error));

export const nameOf = (error: unknown): string => (error as { readonly name?: string } | undefined)?.name ?? '';

export const statusOf = (error: unknown): number | undefined =>
  (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
