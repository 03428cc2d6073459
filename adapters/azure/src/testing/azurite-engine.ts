// Runs Azurite's servers, and a double of Event Grid that delivers to their queues, in one process, in memory. Tests start it
// with startEngine, which makes its clock movable, and ask the port it says where they are: GET / answers
// { connectionString, eventGrid }.
import { QueueServiceClient } from '@azure/storage-queue';
import { sayListening } from '@portolan/conformance/engine';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { addToBlobs, storageTopic, type BlobServer } from './blob-additions.ts';
import { EventGridDouble } from './event-grid-double.ts';
import { connectionTo } from './development-account.ts';

/** The part of Azurite's servers that is used here; its package brings no types of them. */
interface AzuriteServer {
  readonly httpServer: Server;
  start(): Promise<void>;
}
type Configured = { readonly default: new (...options: readonly unknown[]) => unknown };
type Served = { readonly default: new (configuration: unknown) => AzuriteServer };

const load = createRequire(import.meta.url) as <T>(path: string) => T;
const azurite = (path: string): string => `azurite/dist/src/${path}`;

// Names are made of the positions of Azurite's own constructors: host, port, keep-alive, where files would lie, logs off,
// then: not loose, any API version, no TLS, no OAuth, account in the path, in memory.
const quiet = [false, undefined, false, undefined];
const behaviour = [false, true, '', '', '', undefined, true, true];

async function startTables(): Promise<number> {
  const { default: Configuration } = load<Configured>(azurite('table/TableConfiguration.js'));
  const { default: Server } = load<Served>(azurite('table/TableServer.js'));
  const server = new Server(
    new Configuration('127.0.0.1', 0, 5, 'unused', false, false, undefined, undefined, ...behaviour),
  );
  return listening(server);
}

async function startQueues(): Promise<number> {
  const { default: Configuration } = load<Configured>(azurite('queue/QueueConfiguration.js'));
  const { default: Server } = load<Served>(azurite('queue/QueueServer.js'));
  const persistence = [{ locationId: 'Default', locationPath: 'unused', maxConcurrency: 50 }];
  const server = new Server(
    new Configuration('127.0.0.1', 0, 5, 'unused', 'unused', persistence, ...quiet, ...behaviour),
  );
  return listening(server);
}

async function startBlobs(): Promise<AzuriteServer & BlobServer> {
  const { default: Configuration } = load<Configured>(azurite('blob/BlobConfiguration.js'));
  const { default: Server } = load<Served>(azurite('blob/BlobServer.js'));
  const persistence = [{ locationId: 'Default', locationPath: 'unused', maxConcurrency: 50 }];
  // With OAuth: it looks at tokens, but not for who has signed them.
  const oauth = behaviour.with(5, 'basic');
  const server = new Server(new Configuration('127.0.0.1', 0, 5, 'unused', 'unused', persistence, ...quiet, ...oauth));
  await server.start();
  return server as AzuriteServer & BlobServer;
}

async function listening(server: AzuriteServer): Promise<number> {
  // Azurite takes each chunk of a request for a text of its own, which breaks characters that a chunk's end cuts in two; but
  // batches it reads as bytes.
  server.httpServer.prependListener('request', (request: IncomingMessage) => {
    if (request.url?.includes('$batch') !== true) request.setEncoding('utf8');
  });
  await server.start();
  return portOf(server);
}

const portOf = ({ httpServer }: Pick<AzuriteServer, 'httpServer'>): number =>
  (httpServer.address() as AddressInfo).port;

const [table, queue, blobs] = await Promise.all([startTables(), startQueues(), startBlobs()]);
const connectionString = connectionTo({ table, queue, blob: portOf(blobs) });
const grid = new EventGridDouble(QueueServiceClient.fromConnectionString(connectionString));
addToBlobs(blobs, connectionString, (event) => grid.accept(storageTopic, event));
const eventGrid = await grid.start();
const doorman = createServer((_request, response) => response.end(JSON.stringify({ connectionString, eventGrid })));
doorman.listen(0, '127.0.0.1', () => sayListening((doorman.address() as AddressInfo).port));
