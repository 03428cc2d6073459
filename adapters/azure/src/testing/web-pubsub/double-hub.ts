import type { Dialled, DialRequest } from '@portolan/conformance';
import type { Alarm } from '@portolan/node';
import { randomBytes } from 'node:crypto';
import { DoubleClient } from './double-client.ts';
import type { EventHandler } from './event-handler.ts';

/** A connection that the service takes for open. */
interface Line {
  readonly connection: string;
  readonly userId: string;
  readonly client: DoubleClient;
  readonly groups: Set<string>;
  /** Its messages are handled one after the other, and then its end. */
  handling: Promise<unknown>;
  stopPinging: () => void;
}

/** How often clients are pinged; one that has not answered by the next is taken for lost. In milliseconds. */
const pingMs = 20_000;

/** A hub: its connections and groups, and what its event handler is told. */
export class DoubleHub {
  readonly #name: string;
  readonly #alarm: Alarm;
  readonly #lines = new Map<string, Line>();
  readonly #running = new Set<Promise<unknown>>();
  handler: EventHandler | undefined;

  constructor(name: string, alarm: Alarm) {
    this.#name = name;
    this.#alarm = alarm;
  }

  /** Calls of the event handler that have no answer. */
  get running(): ReadonlySet<Promise<unknown>> {
    return this.#running;
  }

  /** A client without a token asks to come in. */
  async dial({ query, headers }: DialRequest): Promise<Dialled> {
    const { handler } = this;
    if (handler === undefined || !handler.allowsAnonymous || !handler.wants('connect'))
      return { kind: 'refused', status: 401 };
    const connection = randomBytes(24).toString('base64url');
    const lists = (values: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
    const request = {
      claims: {},
      query: lists(query),
      headers: lists(headers),
      subprotocols: [],
      clientCertificates: [],
    };
    const of = { connection, hub: this.#name, userId: undefined };
    const answer = await this.#track(handler.system('connect', of, request));
    // It is said of 4xx alone that clients are answered with it.
    if (answer === undefined || answer.status >= 500) return { kind: 'refused', status: 500 };
    if (answer.status >= 300) return { kind: 'refused', status: answer.status };
    const { groups = [], userId } = (answer.status === 204 ? {} : JSON.parse(answer.text)) as {
      readonly groups?: readonly string[];
      readonly userId?: string;
    };
    if (userId === undefined || userId === '') return { kind: 'refused', status: 401 };
    return { kind: 'open', client: this.#open(connection, userId, groups) };
  }

  #open(connection: string, userId: string, groups: readonly string[]): DoubleClient {
    const client = new DoubleClient({
      send: (frame) => this.#handle(line, frame),
      closed: () => this.#forget(line, 'Normal'),
    });
    const line: Line = {
      connection,
      userId,
      client,
      groups: new Set(groups),
      handling: Promise.resolve(),
      stopPinging: () => {},
    };
    this.#lines.set(connection, line);
    this.#ping(line);
    this.#tell(line, 'connected', {});
    return client;
  }

  #ping(line: Line): void {
    const pinged = line.client.lives;
    line.stopPinging = this.#alarm.schedule(this.#alarm.clock.now() + pingMs, () => {
      if (pinged) this.#ping(line);
      else this.end(line.connection, 1_001, 'PingTimeout');
    });
  }

  has(connection: string): boolean {
    return this.#lines.has(connection);
  }

  /** Pushes to a connection; where there is none, nothing happens. */
  push(connection: string, text: string): void {
    this.#lines.get(connection)?.client.take(text);
  }

  pushToGroup(group: string, text: string): void {
    for (const { client, groups } of this.#lines.values()) if (groups.has(group)) client.take(text);
  }

  pushToAll(text: string): void {
    for (const { client } of this.#lines.values()) client.take(text);
  }

  /** @returns Whether there is such a connection. */
  join(connection: string, group: string): boolean {
    return this.#lines.get(connection)?.groups.add(group) !== undefined;
  }

  leave(connection: string, group: string): void {
    this.#lines.get(connection)?.groups.delete(group);
  }

  end(connection: string, code: number, reason: string): void {
    const line = this.#lines.get(connection);
    if (line === undefined) return;
    line.client.end(code);
    this.#forget(line, reason);
  }

  /** Ends every connection, and says nothing of it. */
  dispose(): void {
    for (const line of this.#lines.values()) line.stopPinging();
    this.#lines.clear();
  }

  #handle(line: Line, frame: string | Uint8Array): void {
    const { connection, userId } = line;
    const handle = async (): Promise<void> => {
      if (this.handler?.wants('message') !== true) return this.end(connection, 1_008, 'NoHandler');
      const answer = await this.handler.message({ connection, hub: this.#name, userId }, frame);
      if (answer === undefined || answer.status >= 300) return this.end(connection, 1_011, 'HandlerFailed');
      if (answer.status === 200) this.push(connection, answer.text);
    };
    line.handling = this.#track(line.handling.then(handle));
  }

  #forget(line: Line, reason: string): void {
    if (!this.#lines.delete(line.connection)) return;
    line.stopPinging();
    this.#tell(line, 'disconnected', { reason });
  }

  /** What is told like this is not waited for, and not told again. */
  #tell(line: Line, name: 'connected' | 'disconnected', data: object): void {
    const { handler } = this;
    if (handler?.wants(name) !== true) return;
    const { connection, userId } = line;
    line.handling = this.#track(
      line.handling.then(() => handler.system(name, { connection, hub: this.#name, userId }, data)),
    );
  }

  #track<T>(run: Promise<T>): Promise<T> {
    this.#running.add(run);
    return run.finally(() => this.#running.delete(run));
  }
}
