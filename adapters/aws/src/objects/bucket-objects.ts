import type { SQSClient } from '@aws-sdk/client-sqs';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import {
  checkObjectKey,
  type ByteRange,
  type Consumer,
  type ConsumeOptions,
  type ListedObject,
  type ObjectContent,
  type ObjectCopyResult,
  type ObjectInfo,
  type ObjectListOptions,
  type ObjectPutOptions,
  type ObjectPutResult,
  type Objects,
  type Page,
  type Receiver,
  type SignedWrite,
} from '@portolan/kernel';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Subscriptions } from '../queue/subscriptions.ts';
import type { Bucket } from './bucket.ts';
import { copyObject, type CopySizes } from './copying.ts';
import { readCreated } from './created-events.ts';
import { getObject, headObject, listObjects } from './reading.ts';
import { signedGet, signedPut } from './signed-urls.ts';
import { putObject } from './writing.ts';

/** Objects over one bucket of S3. */
export class BucketObjects implements Objects, Receiver<SQSEvent, SQSBatchResponse> {
  readonly #bucket: Bucket;
  readonly #subscriptions: Subscriptions;
  readonly #copySizes: CopySizes | undefined;

  /**
   * @param sqs - For who receives what was created.
   * @param copySizes - For tests. @default S3's own
   */
  constructor(service: string, bucket: Bucket, sqs: () => SQSClient, copySizes?: CopySizes) {
    const { port, environment } = bucket;
    this.#bucket = bucket;
    this.#copySizes = copySizes;
    const subscribed = { service, port: port.name, retry: port.retry, environment, read: readCreated };
    this.#subscriptions = new Subscriptions(sqs, subscribed);
  }

  async get(key: string, options: { readonly range?: ByteRange } = {}): Promise<ObjectContent | undefined> {
    this.#check(key);
    return getObject(this.#bucket, key, options.range);
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    this.#check(key);
    return headObject(this.#bucket, key);
  }

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: ObjectPutOptions = {},
  ): Promise<ObjectPutResult> {
    this.#check(key);
    return putObject(this.#bucket, key, body, options);
  }

  async copy(from: string, to: string): Promise<ObjectCopyResult> {
    this.#check(from);
    this.#check(to);
    return copyObject(this.#bucket, from, to, this.#copySizes);
  }

  async delete(key: string): Promise<void> {
    this.#check(key);
    await this.#bucket.call((place, client) => client.send(new DeleteObjectCommand({ ...place, Key: key })));
  }

  async list(options: ObjectListOptions = {}): Promise<Page<ListedObject>> {
    return listObjects(this.#bucket, options);
  }

  async readUrl(key: string, options: { readonly expiresInMs: number }): Promise<string> {
    this.#check(key);
    return signedGet(this.#bucket, key, options.expiresInMs);
  }

  async writeUrl(
    key: string,
    options: { readonly expiresInMs: number; readonly contentType?: string },
  ): Promise<SignedWrite> {
    this.#check(key);
    return signedPut(this.#bucket, key, options.expiresInMs, options.contentType);
  }

  receive(event: SQSEvent, consumer: Consumer, options: ConsumeOptions): Promise<SQSBatchResponse> {
    return this.#subscriptions.receive(event, consumer, options);
  }

  #check(key: string): void {
    checkObjectKey(this.#bucket.port.name, key);
  }
}
