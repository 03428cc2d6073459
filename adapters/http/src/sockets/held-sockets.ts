import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  checkGroup,
  checkGroupCount,
  encodePush,
  problem,
  type Channel,
  type ChannelPort,
  type Consumption,
  type Problem,
  type PushOptions,
  type PushResult,
  type RefusalKind,
  type Sessions,
  type SocketSource,
} from '@portolan/kernel';
import { WebSocketServer, type WebSocket } from 'ws';
import { problemResponse } from '../problems.ts';
import { Caller, UnderWay, type CallersOptions } from './callers.ts';
import { handshakeFault } from './handshake.ts';
import { HeldSocket } from './held-socket.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { SocketGroups } from './socket-groups.ts';
import type { Upgrades } from './upgrades.ts';

export interface HeldSocketsOptions extends Omit<CallersOptions, 'answerWithinMs'> {
  /** Brings those who ask for a socket at the path that is served. */
  readonly upgrades: Upgrades;
  /**
   * How often peers are asked whether they live; one that has not answered when it is asked again has ended.
   * Milliseconds. @default 30,000
   */
  readonly heartbeatMs?: number;
  /** How long the function may take to let a client in, or to handle a message. Milliseconds. @default 30,000 */
  readonly answerWithinMs?: number;
  /** How long a peer may take for its goodbye before it is cut off. Milliseconds. @default 5,000 */
  readonly goodbyeMs?: number;
}

const sent: PushResult = { kind: 'sent' };
const gone: PushResult = { kind: 'gone' };
const stopped = (): Problem<RefusalKind> => problem('unavailable', 'This server is about to stop; connect again.');

/** A channel whose sockets end in this process, and with it. */
export class HeldSockets implements Channel, SocketSource, AsyncDisposable {
  readonly #port: ChannelPort;
  readonly #options: Required<HeldSocketsOptions>;
  readonly #server: WebSocketServer;
  readonly #sockets = new Map<string, HeldSocket>();
  readonly #groups = new SocketGroups();
  readonly #underWay = new UnderWay();
  /** Refuses those whose handshakes are under way. */
  readonly #refusals = new Set<(answer: Problem<RefusalKind>) => void>();
  #silence: () => void = () => {};

  constructor(port: ChannelPort, options: HeldSocketsOptions) {
    this.#port = port;
    this.#options = { heartbeatMs: 30_000, answerWithinMs: 30_000, goodbyeMs: 5_000, ...options };
    // What is a little too large is read, to be answered with a problem that names the limit.
    const maxPayload = Math.max(65_536, 4 * port.maxMessageBytes);
    this.#server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload });
  }

  /** @throws {PortError} `invalid` where the path is served already. */
  async serve(sessions: Sessions, { path }: { readonly path: string }): Promise<Consumption> {
    const leave = this.#options.upgrades.serve(path, {
      accept: (request, socket, head) => this.#accept(sessions, request, socket, head),
      goAway: () => this.#goAway(),
    });
    return {
      stop: () => {
        leave();
        return this.#goAway();
      },
    };
  }

  async send(connection: string, message: unknown, options?: PushOptions): Promise<PushResult> {
    return this.sendText(connection, encodePush(this.#port, message, options), options?.key);
  }

  /** As {@link send}, of a message that `encodePush` has written and checked. */
  sendText(connection: string, text: string, key?: string): PushResult {
    const socket = this.#sockets.get(connection);
    return socket === undefined ? gone : this.#push(socket, Buffer.from(text), key);
  }

  async publish(group: string, message: unknown, options?: PushOptions): Promise<void> {
    checkGroup(group);
    this.publishText(group, encodePush(this.#port, message, options), options?.key);
  }

  /** As {@link publish}, of a message that `encodePush` has written and checked. */
  publishText(group: string, text: string, key?: string): void {
    const frame = Buffer.from(text);
    for (const socket of this.#groups.of(group)) this.#push(socket, frame, key);
  }

  async join(connection: string, group: string): Promise<PushResult> {
    checkGroup(group);
    const socket = this.#sockets.get(connection);
    if (socket === undefined) return gone;
    if (!socket.groups.has(group)) checkGroupCount(socket.groups.size + 1);
    this.#groups.join(socket, group);
    return sent;
  }

  async leave(connection: string, group: string): Promise<void> {
    checkGroup(group);
    const socket = this.#sockets.get(connection);
    if (socket !== undefined) this.#groups.leave(socket, group);
  }

  async close(connection: string): Promise<void> {
    this.#sockets.get(connection)?.end(1000, '');
  }

  /** Cuts what is still open. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.values()) socket.cut();
    this.#silence();
  }

  #accept(sessions: Sessions, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A client that goes away during its handshake is found at the end of the handshake.
    socket.on('error', () => {});
    const fault = handshakeFault(request);
    if (fault !== undefined) return refuseUpgrade(socket, fault);
    this.#underWay.follow(this.#welcome(sessions, request, socket, head));
  }

  async #goAway(): Promise<void> {
    for (const refuse of this.#refusals) refuse(stopped());
    this.#refusals.clear();
    for (const socket of this.#sockets.values()) socket.end(1001, 'going away');
    await this.#underWay.end();
  }

  async #welcome(sessions: Sessions, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const caller = new Caller(sessions, request.headers, this.#options, this.#underWay);
    const { promise: refused, resolve } = Promise.withResolvers<Problem<RefusalKind>>();
    this.#refusals.add(resolve);
    const answer = await caller.connect(request, refused);
    const stays = this.#refusals.delete(resolve);
    if (answer.kind === 'problem') return refuse(socket, answer);
    let opened: WebSocket | undefined;
    if (stays) this.#server.handleUpgrade(request, socket, head, (ws) => (opened = ws));
    else refuse(socket, stopped());
    // Whoever was let in and has gone meanwhile has ended like any other.
    if (opened === undefined) return caller.disconnect();
    this.#open(caller, opened, socket, answer.groups);
  }

  #open(caller: Caller, ws: WebSocket, stream: Duplex, groups: readonly string[]): void {
    const { promise: told, resolve } = Promise.withResolvers<void>();
    this.#underWay.follow(told);
    const { schedule, environment, goodbyeMs } = this.#options;
    const events = {
      text: async (text: string): Promise<void> => {
        const answer = await caller.message(text);
        if (answer !== undefined) this.#push(socket, Buffer.from(answer), undefined);
      },
      ending: () => this.#forget(socket),
      ended: () => resolve(caller.disconnect()),
    };
    const afterGoodbye = (ring: () => void) => schedule(environment.clock.now() + goodbyeMs, ring);
    const socket: HeldSocket = new HeldSocket(caller.connection, ws, stream, this.#port, events, afterGoodbye);
    this.#sockets.set(caller.connection, socket);
    for (const group of groups) this.#groups.join(socket, group);
    if (this.#sockets.size === 1) this.#beatLater();
  }

  #push(socket: HeldSocket, frame: Buffer, key: string | undefined): PushResult {
    const outcome = socket.push(frame, key);
    if (outcome === 'on its way') return sent;
    if (outcome === 'full') {
      const { connection } = socket;
      this.#options.environment.log.info('a client was too slow', { port: this.#port.name, connection });
      socket.end(1013, 'too slow');
    }
    return gone;
  }

  #forget(socket: HeldSocket): void {
    this.#sockets.delete(socket.connection);
    this.#groups.leaveAll(socket);
    if (this.#sockets.size === 0) this.#silence();
  }

  /** One heartbeat for all, for as long as there is a socket. */
  #beatLater(): void {
    const { schedule, environment, heartbeatMs } = this.#options;
    this.#silence = schedule(environment.clock.now() + heartbeatMs, () => {
      for (const socket of this.#sockets.values()) socket.beat();
      if (this.#sockets.size > 0) this.#beatLater();
    });
  }
}

const refuse = (socket: Duplex, { problem: kind, ...details }: Problem): void =>
  refuseUpgrade(socket, problemResponse(kind, details));
