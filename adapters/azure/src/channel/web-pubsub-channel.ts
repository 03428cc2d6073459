import { incomingTrace, problemResponse, type HttpRequest, type HttpResponse } from '@portolan/http';
import {
  checkGroup,
  encodePush,
  PortError,
  type Channel,
  type ChannelPort,
  type Environment,
  type PushOptions,
  type PushResult,
  type Sessions,
  type SocketReceiver,
} from '@portolan/kernel';
import type { WebPubSubHub } from '../clients/web-pubsub-clients.ts';
import { portErrorOf } from '../errors/port-error-of.ts';
import { isSigned, socketEventOf, type SocketEvent } from './socket-event.ts';

const sent: PushResult = { kind: 'sent' };
const gone: PushResult = { kind: 'gone' };
const text = { contentType: 'text/plain' } as const;
const done: HttpResponse = { status: 204, headers: {} };

/** A channel over a hub of Web PubSub. How it works is told at `webPubSubChannel`. */
export class WebPubSubChannel implements Channel, SocketReceiver<HttpRequest, HttpResponse> {
  readonly #port: ChannelPort;
  readonly #hub: WebPubSubHub;
  readonly #log: Environment['log'];

  constructor(port: ChannelPort, hub: WebPubSubHub, { log }: Pick<Environment, 'log'>) {
    this.#port = port;
    this.#hub = hub;
    this.#log = log;
  }

  async send(connection: string, message: unknown, options?: PushOptions): Promise<PushResult> {
    const json = encodePush(this.#port, message, options);
    if (!canBe(connection)) return gone;
    // The service takes pushes to connections that are no more, and says nothing: it has to be asked.
    const sending = this.#asked('send', () =>
      Promise.all([
        this.#hub.steady.connectionExists(connection),
        this.#hub.once.sendToConnection(connection, json, text),
      ]),
    );
    return sending.then(([stands]) => (stands ? sent : gone), notFoundMeans(gone));
  }

  async publish(group: string, message: unknown, options?: PushOptions): Promise<void> {
    checkGroup(group);
    const json = encodePush(this.#port, message, options);
    await this.#asked('publish', () => this.#hub.once.group(groupName(group)).sendToAll(json, text));
  }

  async join(connection: string, group: string): Promise<PushResult> {
    checkGroup(group);
    if (!canBe(connection)) return gone;
    const joining = this.#asked('join', () => this.#hub.steady.group(groupName(group)).addConnection(connection));
    return joining.then(() => sent, notFoundMeans(gone));
  }

  async leave(connection: string, group: string): Promise<void> {
    checkGroup(group);
    if (!canBe(connection)) return;
    const leaving = this.#asked('leave', () => this.#hub.steady.group(groupName(group)).removeConnection(connection));
    await leaving.catch(notFoundMeans(undefined));
  }

  async close(connection: string): Promise<void> {
    if (!canBe(connection)) return;
    await this.#asked('close', () => this.#hub.steady.closeConnection(connection)).catch(notFoundMeans(undefined));
  }

  /**
   * Takes the calls of the event handler. What is answered with anything but 2xx ends the connection, where there is one: so
   * is what cannot be handled, while what a client did wrong is told to the client.
   */
  async receiveSocket(request: HttpRequest, sessions: Sessions, deadlineAt: number): Promise<HttpResponse> {
    // Before it calls, the service asks whether it is wanted. Who may call is seen by the signature, whatever asks.
    if (request.method === 'OPTIONS' && request.headers['webhook-request-origin'] !== undefined)
      return { status: 200, headers: { 'webhook-allowed-origin': '*' } };
    if (request.method !== 'POST')
      return problemResponse('method-not-allowed', {
        detail: 'Web PubSub posts.',
        headers: { allow: 'OPTIONS, POST' },
      });
    const event = socketEventOf(request);
    if (event === undefined) return problemResponse('invalid', { detail: 'This is no event of Web PubSub.' });
    if (!this.#isOurs(request, event)) return problemResponse('unauthorized', { detail: 'The signature is none.' });
    return this.#answer(event, sessions, deadlineAt);
  }

  async #answer(event: SocketEvent, sessions: Sessions, deadlineAt: number): Promise<HttpResponse> {
    const call = { connection: event.connection, deadlineAt };
    switch (event.kind) {
      case 'connect': {
        const { query, headers } = event;
        const trace = incomingTrace(headers);
        const opening = { ...call, query, headers, ...(trace === undefined ? {} : { trace }) };
        const answer = await sessions.connect(opening);
        if (answer.kind === 'problem') return problemResponse(answer.problem, answer);
        // A connection without a user is dropped; nothing here asks for users, so each is its own.
        const body = { groups: [...new Set(answer.groups)].map(groupName), userId: event.connection };
        return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      }
      case 'message': {
        const frame = await sessions.message(call, event.text);
        if (frame === undefined) return done;
        return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: frame };
      }
      case 'bytes':
        return problemResponse('invalid', { detail: 'Messages are text frames.' });
      case 'disconnected':
        await sessions.disconnect(call);
        return done;
      case 'other':
        return done;
    }
  }

  #isOurs({ headers }: HttpRequest, { connection, hub }: SocketEvent): boolean {
    const { accessKey, once } = this.#hub;
    if (accessKey === undefined)
      this.#log.error('calls of Web PubSub cannot be told from others: its access key is not set', {
        port: this.#port.name,
      });
    return (
      accessKey !== undefined &&
      hub.toLowerCase() === once.hubName.toLowerCase() &&
      isSigned(headers['ce-signature'], connection, accessKey)
    );
  }

  async #asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw portErrorOf(error, `channel "${this.#port.name}": ${what}`);
    }
  }
}

/**
 * Whether an id is one that a connection could have. A path of dots alone would name another thing in the service: every
 * connection there is, in the end.
 */
const canBe = (connection: string): boolean => connection.length <= 128 && !/^\.*$/.test(connection);

/** For the same reason, a group of dots alone has another name in the service; `~` is in no group's own. */
const groupName = (group: string): string => (/^\.+$/.test(group) ? `${group}~` : group);

const notFoundMeans =
  <T>(meant: T) =>
  (error: unknown): T => {
    if (error instanceof PortError && error.code === 'not-found') return meant;
    throw error;
  };
