import { BlobServiceClient, type BlockBlobClient } from '@azure/storage-blob';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** The part of Azurite's blob server that is used here. */
export interface BlobServer {
  readonly httpServer: Server;
  readonly metadataStore: {
    createBlob(context: unknown, blob: BlobName, ...rest: unknown[]): Promise<unknown>;
    readonly db: { getCollection(name: string): BlobCollection };
  };
}
interface BlobName {
  readonly accountName: string;
  readonly containerName: string;
  readonly name: string;
}
interface BlobCollection {
  findAndRemove(query: object): void;
}

/** Which blob a request is about, and the query that says what is done. */
interface Asked {
  readonly container: string;
  readonly key: string;
  readonly comp: string | null;
}

/** The topic by which the account tells what happens to its blobs. */
export const storageTopic = 'storage-account';

/**
 * What Azurite lacks, of what is used here:
 *
 * - it tells Event Grid of blobs that were created. Whoever creates one is answered when the event has been delivered;
 * - `Put Block From URL`: it reads the source as anyone may who has the URL;
 * - a blob of which there are only blocks yet, in no list, stands in nobody's way (`If-None-Match: *`);
 * - a range that begins at the end of a blob is refused, as one that begins behind it is;
 * - a request with `x-forwarded-proto: https` has come by HTTPS, as behind a proxy that ends TLS.
 *
 * @param accept - Delivers an event.
 */
export function addToBlobs(
  { httpServer, metadataStore }: BlobServer,
  connectionString: string,
  accept: (event: Readonly<Record<string, unknown>>) => Promise<void>,
): void {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const blobOf = ({ container, key }: Asked): BlockBlobClient =>
    service.getContainerClient(container).getBlockBlobClient(key);
  const [own] = httpServer.listeners('request') as RequestListener[];
  httpServer.removeAllListeners('request');
  httpServer.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['x-forwarded-proto'] === 'https')
      Object.defineProperty(request, 'protocol', { value: 'https' });
    const asked = askedOf(request);
    if (asked?.comp === 'block' && request.headers['x-ms-copy-source'] !== undefined)
      return void stageFromUrl(request, response, blobOf(asked));
    if (asked !== undefined && [null, 'blocklist'].includes(asked.comp))
      answerAfter(response, () => tell(request, response, asked, blobOf(asked), accept));
    refuseEmptyRange(response);
    own!(request, response);
  });

  const createBlob = metadataStore.createBlob.bind(metadataStore);
  metadataStore.createBlob = (context, blob, ...rest) => {
    const { accountName, containerName, name } = blob;
    metadataStore.db
      .getCollection('$BLOBS_COLLECTION$')
      .findAndRemove({ accountName, containerName, name, isCommitted: false });
    return createBlob(context, blob, ...rest);
  };
}

/** Of requests that may create a blob. */
function askedOf({ method, url }: IncomingMessage): Asked | undefined {
  const { pathname, searchParams } = new URL(url!, 'http://azurite');
  const [, , container, ...segments] = pathname.split('/');
  if (method !== 'PUT' || container === undefined || segments.length === 0) return undefined;
  return { container, key: decodeURIComponent(segments.join('/')), comp: searchParams.get('comp') };
}

/** Has a response end only when something else has been done. */
function answerAfter(response: ServerResponse, work: () => Promise<void>): void {
  const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
  response.end = ((...given: unknown[]) => {
    void work().finally(() => end(...given));
    return response;
  }) as ServerResponse['end'];
}

/** Azurite answers a range that begins at the end with nothing, from one byte to the one before it. */
function refuseEmptyRange(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse;
  response.writeHead = ((status: number, ...rest: unknown[]) => {
    const [, from, last, size] = /^bytes (\d+)-(-?\d+)\/(\d+)$/.exec(String(response.getHeader('content-range'))) ?? [];
    if (status !== 206 || Number(from) <= Number(last)) return writeHead(status, ...rest);
    response.setHeader('content-range', `bytes */${size}`);
    response.setHeader('x-ms-error-code', 'InvalidRange');
    return writeHead(416, ...rest);
  }) as ServerResponse['writeHead'];
}

/** @see https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage */
async function tell(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { container, key, comp }: Asked,
  blob: BlockBlobClient,
  accept: (event: Readonly<Record<string, unknown>>) => Promise<void>,
): Promise<void> {
  if (response.statusCode !== 201 && response.statusCode !== 202) return;
  const copied = headers['x-ms-copy-source'] !== undefined;
  const { contentType, contentLength } = await blob.getProperties();
  await accept({
    specversion: '1.0',
    id: randomUUID(),
    source: `/subscriptions/none/resourceGroups/none/providers/Microsoft.Storage/storageAccounts/${blob.accountName}`,
    type: 'Microsoft.Storage.BlobCreated',
    subject: `/blobServices/default/containers/${container}/blobs/${key}`,
    time: new Date().toISOString(),
    data: {
      api: copied ? 'CopyBlob' : comp === 'blocklist' ? 'PutBlockList' : 'PutBlob',
      clientRequestId: headers['x-ms-client-request-id'],
      requestId: response.getHeader('x-ms-request-id'),
      eTag: String(response.getHeader('etag')).replaceAll('"', ''),
      contentType,
      contentLength,
      blobType: 'BlockBlob',
      url: `https://${blob.accountName}.blob.core.windows.net/${container}/${key}`,
      sequencer: '0'.repeat(48),
      storageDiagnostics: { batchId: randomUUID() },
    },
  });
}

/** @see https://learn.microsoft.com/rest/api/storageservices/put-block-from-url */
async function stageFromUrl(request: IncomingMessage, response: ServerResponse, blob: BlockBlobClient): Promise<void> {
  request.resume();
  const { 'x-ms-copy-source': source, 'x-ms-source-range': range } = request.headers;
  const id = new URL(request.url!, 'http://azurite').searchParams.get('blockid')!;
  const read = await fetch(String(source), { headers: range === undefined ? {} : { 'x-ms-range': String(range) } });
  if (!read.ok) {
    response.writeHead(read.status, { 'x-ms-error-code': 'CannotVerifyCopySource' }).end();
    return;
  }
  const bytes = Buffer.from(await read.arrayBuffer());
  const staged = await blob.stageBlock(id, bytes, bytes.length);
  response.writeHead(201, { 'x-ms-request-id': staged.requestId ?? '', 'x-ms-version': staged.version ?? '' }).end();
}
