import type { Dialled, DialRequest } from '@portolan/conformance';
import { randomBytes } from 'node:crypto';
import { GatewayClient } from './gateway-client.ts';
import { connectEvent, disconnectEvent, messageEvent, type EventPlace } from './socket-events.ts';

/** Calls the function behind an API. Rejects as Lambda reports a failure. */
export type InvokeSocket = (event: unknown) => Promise<unknown>;

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
export const quotas = { frameBytes: 32_768, lifeMs: 2 * 3_600_000, idleMs: 600_000 } as const;
export const stage = 'live';

/** What became of a push. */
type Taken = 'taken' | 'full' | 'gone';

/** One WebSocket API: its clients, and the events that its function is called with for them. */
export class SocketApi {
  readonly #apiId: string;
  readonly #now: () => number;
  readonly #invoke: InvokeSocket;
  readonly #connections = new Map<string, Connection>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(apiId: string, now: () => number, invoke: InvokeSocket) {
    this.#apiId = apiId;
    this.#now = now;
    this.#invoke = invoke;
  }

  async dial(request: Partial<DialRequest>): Promise<Dialled & { readonly connection?: string }> {
    const id = `${randomBytes(11).toString('base64url')}=`;
    const client = new GatewayClient({
      said: (frame) => this.#said(id, frame),
      left: () => this.#end(id, 1_000, 'Normal closure'),
      vanished: () => (this.#connections.get(id)!.vanishedAt = this.#now()),
    });
    const connection: Connection = { client, connectedAt: this.#now(), activeAt: this.#now(), open: false };
    this.#connections.set(id, connection);
    const { statusCode = 502 } = await this.#call(connectEvent(this.#place(id), request)).catch(() => ({}) as Answer);
    // Until here the API knows of no connection.
    connection.open = statusCode >= 200 && statusCode <= 299;
    if (connection.open) return { kind: 'open', client, connection: id };
    this.#connections.delete(id);
    return { kind: 'refused', status: statusCode };
  }

  push(id: string, text: string): Taken {
    const connection = this.#connections.get(id);
    if (connection?.open !== true) return 'gone';
    connection.activeAt = this.#now();
    return connection.client.take(text) ? 'taken' : 'full';
  }

  /** @returns Whether there was such a connection. */
  close(id: string): boolean {
    const { open = false } = this.#connections.get(id) ?? {};
    if (open) this.#end(id, 1_000, 'Connection closed normally');
    return open;
  }

  /** Ends what is idle, or too old, by now. What has vanished says nothing, whatever is sent to it. */
  look(): void {
    for (const [id, { activeAt, vanishedAt = Infinity, connectedAt, open }] of this.#connections) {
      if (!open) continue;
      if (this.#now() - Math.min(activeAt, vanishedAt) >= quotas.idleMs) this.#end(id, 1_001, 'Idle timeout');
      else if (this.#now() - connectedAt >= quotas.lifeMs) this.#end(id, 1_001, 'Going away');
    }
  }

  async stop(): Promise<void> {
    for (const [id, { open }] of this.#connections) if (open) this.#end(id, 1_001, 'Going away');
    await Promise.allSettled(this.#underWay);
  }

  /** Waits until no function is under way that could go on. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 100 && this.#underWay.size > 0; turns++) {
      const turn = new Promise((resolve) => setImmediate(resolve));
      await Promise.race([...this.#underWay, turn]).catch(() => undefined);
    }
  }

  /** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html */
  #said(id: string, text: string | Uint8Array): void {
    const connection = this.#connections.get(id)!;
    if (!connection.open) return;
    connection.activeAt = this.#now();
    if (typeof text !== 'string') return this.#end(id, 1_003, 'Unsupported data');
    if (Buffer.byteLength(text) > quotas.frameBytes) return this.#end(id, 1_009, 'Message too big');
    // An answer is for nobody: the route has no response. A failure is told to the client.
    const failure = JSON.stringify({ message: 'Internal server error', connectionId: id, requestId: 'r' });
    this.#call(messageEvent(this.#place(id), text)).catch(() => connection.client.take(failure));
  }

  #end(id: string, code: number, reason: string): void {
    const connection = this.#connections.get(id)!;
    if (!connection.open) return;
    connection.open = false;
    connection.client.end(code);
    // As best it can: what the function makes of it nobody hears.
    this.#call(disconnectEvent(this.#place(id), code, reason)).catch(() => {});
  }

  async #call(event: object): Promise<Answer> {
    const called = this.#invoke(JSON.parse(JSON.stringify(event))) as Promise<Answer>;
    this.#underWay.add(called);
    return called.finally(() => this.#underWay.delete(called));
  }

  #place(connectionId: string): EventPlace {
    const { connectedAt } = this.#connections.get(connectionId)!;
    return { connectionId, apiId: this.#apiId, stage, now: this.#now(), connectedAt };
  }
}

interface Answer {
  readonly statusCode?: number;
}

interface Connection {
  readonly client: GatewayClient;
  readonly connectedAt: number;
  activeAt: number;
  vanishedAt?: number;
  open: boolean;
}
