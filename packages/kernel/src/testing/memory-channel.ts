import type {
  Channel,
  ChannelPort,
  PushOptions,
  PushResult,
  RefusalKind,
  Sessions,
  SocketRequest,
  SocketSource,
} from '../channel.ts';
import { problem, type Problem } from '../operation.ts';
import { checkGroup, checkGroupCount, encodePush } from '../sessions.ts';
import { MemorySocket, type MemoryClient } from './memory-socket.ts';
import type { World } from './world.ts';

/** How an attempt to connect ended. */
export type MemoryDialled =
  | { readonly kind: 'open'; readonly client: MemoryClient }
  | { readonly kind: 'refused'; readonly problem: Problem<RefusalKind> };

/** A connection that the engine takes for open. */
interface Line {
  readonly connection: string;
  readonly socket: MemorySocket;
  readonly sessions: Sessions;
  /** Messages are handled one after the other, then the end is told. */
  handling: Promise<unknown>;
}

const sent: PushResult = { kind: 'sent' };
const gone: PushResult = { kind: 'gone' };
const unavailable = (): Problem<RefusalKind> => problem('unavailable', 'Nobody serves this channel just now.');

/** A channel whose sockets lie in the world's process: they end with it. */
export class MemoryChannel implements Channel, SocketSource {
  readonly #port: ChannelPort;
  readonly #world: World;
  readonly #lines = new Map<string, Line>();
  readonly #dialling = new Set<(answer: MemoryDialled) => void>();
  #sessions: Sessions | undefined;
  readonly #endings = new Set<Promise<void>>();

  constructor(port: ChannelPort, world: World) {
    this.#port = port;
    this.#world = world;
  }

  send(connection: string, message: unknown, options?: PushOptions): Promise<PushResult> {
    return this.#world.perform(() => {
      const text = encodePush(this.#port, message, options);
      const line = this.#lines.get(connection);
      return line === undefined ? gone : this.#push(line, text, options?.key);
    });
  }

  publish(group: string, message: unknown, options?: PushOptions): Promise<void> {
    return this.#world.perform(() => {
      checkGroup(group);
      const text = encodePush(this.#port, message, options);
      for (const line of [...this.#lines.values()])
        if (line.socket.groups.has(group)) this.#push(line, text, options?.key);
    });
  }

  join(connection: string, group: string): Promise<PushResult> {
    return this.#world.perform(() => {
      checkGroup(group);
      const groups = this.#lines.get(connection)?.socket.groups;
      if (groups === undefined) return gone;
      if (!groups.has(group)) checkGroupCount(groups.size + 1);
      groups.add(group);
      return sent;
    });
  }

  leave(connection: string, group: string): Promise<void> {
    return this.#world.perform(() => {
      checkGroup(group);
      this.#lines.get(connection)?.socket.groups.delete(group);
    });
  }

  close(connection: string): Promise<void> {
    return this.#world.perform(() => {
      const line = this.#lines.get(connection);
      if (line !== undefined) this.#end(line, 1000);
    });
  }

  async serve(sessions: Sessions): ReturnType<SocketSource['serve']> {
    this.#sessions = sessions;
    return {
      stop: async () => {
        if (this.#sessions === sessions) this.#sessions = undefined;
        for (const line of [...this.#lines.values()]) this.#end(line, 1001);
        await Promise.all(this.#endings);
      },
    };
  }

  /** Asks for a connection. The process may end before there is an answer: then that is the answer. */
  dial({ query = {}, headers = {} }: Partial<SocketRequest> = {}): Promise<MemoryDialled> {
    return new Promise((resolve) => {
      const answer = (dialled: MemoryDialled): void => {
        this.#dialling.delete(answer);
        resolve(dialled);
      };
      this.#dialling.add(answer);
      this.#world.soon(() => void this.#connect({ query, headers }, answer));
    });
  }

  /** The process ended, and every socket with it. */
  crash(): void {
    this.#sessions = undefined;
    this.#endings.clear();
    for (const { socket } of this.#lines.values()) socket.crash();
    this.#lines.clear();
    for (const answer of [...this.#dialling]) answer({ kind: 'refused', problem: unavailable() });
  }

  async #connect(request: SocketRequest, answer: (dialled: MemoryDialled) => void): Promise<void> {
    const sessions = this.#sessions;
    if (sessions === undefined) return answer({ kind: 'refused', problem: unavailable() });
    const lives = this.#lives();
    const connection = this.#world.environment.ids.next();
    const welcomed = await sessions.connect({ connection, ...request });
    if (!lives()) return;
    if (welcomed.kind === 'problem') return answer({ kind: 'refused', problem: welcomed });
    const socket: MemorySocket = new MemorySocket(this.#world, this.#port, {
      text: (text) => this.#handle(line, text),
      bytes: () => this.#end(line, 1003),
      ended: () => this.#forget(line),
    });
    const line: Line = { connection, socket, sessions, handling: Promise.resolve() };
    if (this.#sessions !== sessions) {
      this.#tell(line);
      return answer({ kind: 'refused', problem: unavailable() });
    }
    for (const group of welcomed.groups) socket.groups.add(group);
    this.#lines.set(connection, line);
    answer({ kind: 'open', client: socket.client });
  }

  #push(line: Line, text: string, key: string | undefined): PushResult {
    if (line.socket.push(text, key) !== 'full') return sent;
    this.#end(line, 1013);
    return gone;
  }

  #handle(line: Line, text: string): void {
    const lives = this.#lives();
    line.handling = line.handling.then(async () => {
      if (!lives()) return;
      const answer = await line.sessions.message({ connection: line.connection }, text);
      if (answer !== undefined && this.#lines.has(line.connection)) this.#push(line, answer, undefined);
    });
  }

  #end(line: Line, code: number): void {
    line.socket.end(code);
    this.#forget(line);
  }

  #forget(line: Line): void {
    if (this.#lines.delete(line.connection)) this.#tell(line);
  }

  /** Tells of an end once what was sent before it has been handled; late or twice where faults have it so. */
  #tell({ connection, sessions, handling }: Line): void {
    const lives = this.#lives();
    const tell = async (): Promise<void> => {
      if (!lives()) return;
      await new Promise<void>((resolve) => this.#later(resolve));
      await sessions.disconnect({ connection });
      if (this.#world.strikes('duplicate')) await sessions.disconnect({ connection });
    };
    const ending = handling.then(tell).finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  /** @returns Whether the process that there is now has not ended. */
  #lives(): () => boolean {
    const { crashes } = this.#world;
    return () => crashes === this.#world.crashes;
  }

  #later(run: () => void): void {
    const latenessMs = this.#world.lateness();
    if (latenessMs === 0) this.#world.soon(run);
    else this.#world.at(this.#world.now() + latenessMs, run, { volatile: true });
  }
}
