import type { Dialled, DialRequest } from '@portolan/conformance';
import type { Alarm } from '@portolan/node';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { WebPubSubHubResource } from '../../channel/resources.ts';
import { tokenFault } from './access-token.ts';
import { DoubleHub } from './double-hub.ts';
import { accessKeys, EventHandler } from './event-handler.ts';

/** The version of the REST API that is spoken here. */
const apiVersion = '2024-12-01';
const maxBodyBytes = 1_048_576;

/**
 * A double of Azure Web PubSub: our own reading of its REST API, of what clients meet and of how it calls event handlers.
 * Clients are in this process. Time is that of an alarm; only tokens are looked at by the real clock, by which they are made.
 *
 * @see https://learn.microsoft.com/rest/api/webpubsub/dataplane/web-pub-sub
 */
export class WebPubSubDouble implements AsyncDisposable {
  readonly #alarm: Alarm;
  readonly #hubs = new Map<string, DoubleHub>();
  readonly #server: Server;

  private constructor(alarm: Alarm) {
    this.#alarm = alarm;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(alarm: Alarm): Promise<WebPubSubDouble> {
    const double = new WebPubSubDouble(alarm);
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connectionString(): string {
    return `Endpoint=${this.endpoint};AccessKey=${accessKeys.primary};Version=1.0;`;
  }

  /** Calls of event handlers that have no answer. */
  get running(): readonly Promise<unknown>[] {
    return [...this.#hubs.values()].flatMap((hub) => [...hub.running]);
  }

  /** Stands for the resource manager. @throws {Error} where the event handler does not want to be called. */
  async configure(name: string, settings: WebPubSubHubResource['properties']): Promise<void> {
    const handler = new EventHandler(settings, 'double.webpubsub.azure.com', () => this.#alarm.clock.now());
    if (!(await handler.isValid())) throw new Error(`hub ${name}: the event handler refuses to be called`);
    this.#hub(name).handler = handler;
  }

  dial(hub: string, { query = {}, headers = {} }: Partial<DialRequest>): Promise<Dialled> {
    return this.#hub(hub).dial({ query, headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const hub of this.#hubs.values()) hub.dispose();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Hubs come to be when they are first named. */
  #hub(name: string): DoubleHub {
    const hub = this.#hubs.get(name) ?? new DoubleHub(name, this.#alarm);
    this.#hubs.set(name, hub);
    return hub;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const fault = tokenFault(
      request.headers.authorization,
      this.endpoint + request.url!,
      accessKeys.primary,
      Date.now(),
    );
    const status = fault === undefined ? this.#perform(request, body) : 401;
    response.writeHead(status, fault === undefined ? {} : { 'www-authenticate': `Bearer error="${fault}"` }).end();
  }

  /** @returns The status of the answer. */
  #perform({ method, url, headers }: IncomingMessage, body: Buffer): number {
    const { pathname, searchParams } = new URL(url!, 'http://double');
    if (searchParams.get('api-version') !== apiVersion) return 400;
    const [, api, hubs, name = '', ...rest] = pathname.split('/').map(decodeURIComponent);
    if (api !== 'api' || hubs !== 'hubs' || !/^[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}$/.test(name)) return 404;
    const hub = this.#hub(name);
    if (rest.at(-1) === ':send' && method === 'POST') {
      if (body.length > maxBodyBytes) return 413;
      if (!/^text\/plain/.test(headers['content-type'] ?? '')) return 415;
      return send(hub, rest, body.toString());
    }
    const [kind, subject = '', what, member = ''] = rest;
    if (subject === '') return 404;
    if (kind === 'groups' && what === 'connections' && member !== '') {
      if (method === 'PUT') return hub.join(member, subject) ? 200 : 404;
      if (method === 'DELETE') hub.leave(member, subject);
      return 204;
    }
    if (kind !== 'connections' || what !== undefined) return 404;
    if (method === 'HEAD') return hub.has(subject) ? 200 : 404;
    hub.end(subject, 1_000, 'ClosedByAppServer');
    return 204;
  }
}

/** The service says nothing of those that are not there. */
function send(hub: DoubleHub, place: readonly string[], text: string): number {
  const [kind, subject = ''] = place;
  if (place.length === 1) hub.pushToAll(text);
  else if (place.length !== 3 || subject === '') return 404;
  else if (kind === 'connections') hub.push(subject, text);
  else if (kind === 'groups') hub.pushToGroup(subject, text);
  else return 404;
  return 202;
}
