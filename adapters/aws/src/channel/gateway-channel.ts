import {
  checkGroup,
  encodePush,
  PortError,
  reasonOf,
  seconds,
  sideBySide,
  type Channel,
  type ChannelPort,
  type Environment,
  type PushOptions,
  type PushResult,
  type Sessions,
  type SocketReceiver,
} from '@portolan/kernel';
import { incomingTrace, problemTypes } from '@portolan/http';
import type { ManagementClients } from '../clients/management.ts';
import { type Connections, type Member } from './connections.ts';
import { Pushes, type Pushed } from './pushes.ts';
import { SlowClients } from './slow-clients.ts';
import { endpointOf, openingOf, textOf, type SocketAnswer, type SocketEvent } from './socket-event.ts';

/** Pushes under way at one time for one publish. */
const width = 50;
/**
 * API Gateway knows no connection before the answer to its opening, for which a function has 29 seconds: one that is
 * younger and cannot be pushed to may be about to open, and is not forgotten.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
const openingMs = seconds(30);

export interface GatewayChannelSettings {
  readonly port: ChannelPort;
  readonly environment: Environment;
  readonly connections: Connections;
  readonly clients: ManagementClients;
  /** Where connections are managed, if that is known beforehand. */
  readonly endpoint: string | undefined;
  /** Of the function; for events that come by a custom domain. */
  readonly region: string;
  /** What to do where no endpoint is known, as the end of a sentence. */
  readonly wayOut: string;
}

const gone: PushResult = { kind: 'gone' };
const sent: PushResult = { kind: 'sent' };

/** A channel over a WebSocket API of API Gateway. */
export class GatewayChannel implements Channel, SocketReceiver<SocketEvent, SocketAnswer> {
  readonly #settings: GatewayChannelSettings;
  readonly #connections: Connections;
  readonly #pushes: Pushes;
  readonly #slow = new SlowClients();
  #endpoint: string | undefined;

  constructor(settings: GatewayChannelSettings) {
    this.#settings = settings;
    this.#connections = settings.connections;
    this.#endpoint = settings.endpoint;
    this.#pushes = new Pushes(() => settings.clients.of(this.#knownEndpoint()), settings.port);
  }

  async send(connection: string, message: unknown, options?: PushOptions): Promise<PushResult> {
    return this.#sendText(connection, encodePush(this.#settings.port, message, options));
  }

  async publish(group: string, message: unknown, options?: PushOptions): Promise<void> {
    checkGroup(group);
    const text = encodePush(this.#settings.port, message, options);
    let failed: { readonly error: unknown } | undefined;
    let reached = 0;
    const refused = new Map<string, PortError>();
    for await (const members of this.#connections.members(group))
      await sideBySide(members, width, async (member) => {
        try {
          const pushed = await this.#push(member, text, group);
          reached++;
          if (pushed.kind === 'refused') refused.set(member.connection, pushed.error);
        } catch (error) {
          // One that cannot be reached spoils nothing for the others.
          failed ??= { error };
        }
      });
    const error = await this.#settle(refused, reached);
    if (error !== undefined) failed ??= { error };
    if (failed !== undefined) throw failed.error;
  }

  async join(connection: string, group: string): Promise<PushResult> {
    checkGroup(group);
    return (await this.#connections.join(connection, group)) ? sent : gone;
  }

  async leave(connection: string, group: string): Promise<void> {
    checkGroup(group);
    await this.#connections.leave(connection, group);
  }

  async close(connection: string): Promise<void> {
    this.#slow.ended(connection);
    await this.#pushes.end(connection);
    await this.#connections.forget(connection);
  }

  /**
   * Takes what API Gateway tells of a socket. A message that cannot be taken is answered by a push: an answer through the
   * route would have API Gateway send an empty frame for each message that needs none.
   */
  async receiveSocket(event: SocketEvent, sessions: Sessions, deadlineAt: number): Promise<SocketAnswer> {
    const { eventType, connectionId: connection } = event.requestContext;
    this.#endpoint ??= endpointOf(event, this.#settings.region);
    switch (eventType) {
      case 'CONNECT':
        return this.#open(connection, event, sessions, deadlineAt);
      case 'MESSAGE': {
        const frame = await sessions.message({ connection, deadlineAt }, textOf(event));
        if (frame !== undefined) await this.#sendText(connection, frame);
        return { statusCode: 200 };
      }
      case 'DISCONNECT':
        await this.#forget(connection);
        await sessions.disconnect({ connection, deadlineAt });
        return { statusCode: 200 };
    }
  }

  async #open(connection: string, event: SocketEvent, sessions: Sessions, deadlineAt: number): Promise<SocketAnswer> {
    const opening = openingOf(event);
    const trace = incomingTrace(opening.headers);
    const call = { connection, ...opening, deadlineAt, ...(trace === undefined ? {} : { trace }) };
    const answer = await sessions.connect(call);
    if (answer.kind === 'problem') return { statusCode: problemTypes[answer.problem].status };
    try {
      await this.#connections.open(connection, answer.groups);
    } catch (error) {
      this.#settings.environment.log.error('a connection could not be noted', this.#fields(error));
      return { statusCode: problemTypes.unavailable.status };
    }
    return { statusCode: 200 };
  }

  /** @param group - Whose row may be all that is left of it. */
  async #push(
    { connection, since }: Partial<Member> & { connection: string },
    text: string,
    group?: string,
  ): Promise<Pushed> {
    const pushed = await this.#pushes.post(connection, text);
    if (pushed.kind === 'sent') this.#slow.served(connection, this.#now());
    if (pushed.kind !== 'gone') return pushed;
    this.#slow.ended(connection);
    const madeAt = since ?? (await this.#connections.since(connection));
    if (madeAt !== undefined && this.#now() < madeAt + openingMs) return gone;
    await this.#forget(connection, group);
    return gone;
  }

  /** To one alone. */
  async #sendText(connection: string, text: string): Promise<PushResult> {
    const pushed = await this.#push({ connection }, text);
    if (pushed.kind !== 'refused') return pushed;
    const judged = this.#slow.judge([connection], 1, this.#now());
    if (judged.kind === 'throttled' || !judged.slow.includes(connection)) throw pushed.error;
    if (this.#settings.port.whenSlow === 'drop') return sent;
    await this.close(connection);
    return gone;
  }

  /** Ends what is slow in the end. @returns What the publisher is to be told of the others that were refused. */
  async #settle(refused: ReadonlyMap<string, PortError>, reached: number): Promise<PortError | undefined> {
    const judged = this.#slow.judge([...refused.keys()], reached, this.#now());
    if (judged.kind === 'judged' && this.#settings.port.whenSlow === 'drop') return undefined;
    const slow = new Set(judged.kind === 'judged' ? judged.slow : []);
    for (const connection of slow) await this.close(connection);
    return [...refused].find(([connection]) => !slow.has(connection))?.[1];
  }

  #now(): number {
    return this.#settings.environment.clock.now();
  }

  /** Forgets one that has ended. Where that fails, the next push does it, or its rows expire. */
  async #forget(connection: string, group?: string): Promise<void> {
    try {
      await this.#connections.forget(connection);
      if (group !== undefined) await this.#connections.dropFrom(group, connection);
    } catch (error) {
      this.#settings.environment.log.warn('a connection that has ended could not be forgotten', this.#fields(error));
    }
  }

  #fields(error: unknown) {
    return { channel: this.#settings.port.name, reason: reasonOf(error) };
  }

  #knownEndpoint(): string {
    if (this.#endpoint !== undefined) return this.#endpoint;
    throw new PortError(
      'invalid',
      `channel "${this.#settings.port.name}": it is not known where its connections are; ${this.#settings.wayOut}`,
    );
  }
}
