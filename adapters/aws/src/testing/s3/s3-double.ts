import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { operationOf, type S3Answer, type S3Request, type S3World } from './operations.ts';
import { refusalOf } from './signature.ts';
import { Refusal, type BucketStore, type StoredObject } from './store.ts';
import { xml } from './xml.ts';

/**
 * What a test has happen to a request: nothing, a refusal, a connection that ends before, after or in the answer, or one
 * that falls silent in it.
 */
export type Fault = undefined | Refusal | 'broken' | 'lost' | 'cut' | 'stalled';

export interface S3DoubleOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Takes what S3 tells EventBridge. @default nobody does */
  readonly tell?: (event: object) => Promise<void>;
}

export interface S3Double extends AsyncDisposable {
  readonly port: number;
  readonly buckets: ReadonlyMap<string, BucketStore>;
  /** The names of the operations that were asked for, in order. */
  readonly asked: string[];
  /** The rights that they needed, `GetObject`. */
  readonly needed: Set<string>;
  /** Decides on each request, once it has come whole. */
  fault: (operation: string, request: S3Request) => Fault | Promise<Fault>;
}

/** Any client of these tests has this id and this secret. */
const secrets = { test: 'test' } as const;

/**
 * Our own reading of S3's wire, in memory: signed requests alone, objects with ranges and conditions, lists, copies and
 * uploads in parts, errors in XML, and created objects told to EventBridge where the bucket says so. What it does not
 * know it refuses.
 */
export async function s3Double({ now, tell }: S3DoubleOptions): Promise<S3Double> {
  const world: S3World = { buckets: new Map(), now };
  let sequence = 0;
  const answer = async (request: S3Request, response: ServerResponse): Promise<void> => {
    const operation = operationOf(request);
    if (operation === undefined) throw new Refusal(501, 'NotImplemented');
    double.asked.push(operation.name);
    for (const right of operation.needs) double.needed.add(right);
    const fault = await double.fault(operation.name, request);
    if (fault instanceof Refusal) throw fault;
    if (fault === 'broken') return void response.destroy();
    const done = operation.run(world, request);
    const told = done.created !== undefined && world.buckets.get(request.bucket)!.told;
    if (told) await tell?.(createdEvent(request, done.created!, ++sequence));
    if (fault === 'lost') return void response.destroy();
    write(response, done, fault);
  };
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { method = '', url: target = '/' } = incoming;
      const headers = incoming.headers as S3Request['headers'];
      const body = await buffer(incoming);
      const refusal = refusalOf({ method, target, headers, body }, secrets, now());
      if (refusal !== undefined) throw new Refusal(refusal.status, refusal.code);
      const [path = '', search] = target.split(/\?(.*)/s);
      const [bucket = '', key = ''] = path.slice(1).split(/\/(.*)/s);
      const query = new URLSearchParams(search);
      query.delete('x-id');
      await answer({ method, bucket, key: decodeURIComponent(key), query, headers, body }, response);
    } catch (error) {
      refuse(response, error);
    }
  };
  const server = createServer((incoming, response) => void serve(incoming, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const double: S3Double = {
    port: (server.address() as AddressInfo).port,
    buckets: world.buckets,
    asked: [],
    needed: new Set(),
    fault: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return double;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
function createdEvent({ bucket, key }: S3Request, { bytes, etag, modifiedAt }: StoredObject, sequence: number): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: new Date(modifiedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'eu-central-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: {
        key,
        size: bytes.length,
        etag: etag.replaceAll('"', ''),
        sequencer: sequence.toString(16).padStart(18, '0'),
      },
      'request-id': randomUUID(),
      requester: '000000000000',
      reason: 'PutObject',
    },
  };
}

function write(response: ServerResponse, { status = 200, headers = {}, body = '' }: S3Answer, fault?: Fault): void {
  const bytes = Buffer.from(body as string);
  response.writeHead(status, { 'content-length': bytes.length, 'x-amz-request-id': randomUUID(), ...headers });
  if (fault !== 'cut' && fault !== 'stalled') return void response.end(bytes);
  // Half of it arrives, and then the line is dead, or seems to be alive.
  response.write(bytes.subarray(0, bytes.length >> 1), () => fault === 'cut' && response.destroy());
}

function refuse(response: ServerResponse, error: unknown): void {
  const known = error instanceof Refusal ? error : new Refusal(500, 'InternalError', String(error));
  const body = xml('Error', { Code: known.code, Message: known.message, RequestId: randomUUID() });
  write(response, { status: known.status, headers: { 'content-type': 'application/xml' }, body });
}
