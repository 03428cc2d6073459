import { Backlog } from '../backlog.ts';
import type { ChannelPort } from '../channel.ts';
import { seconds, utf8Bytes } from '../units.ts';
import { Pipe } from './pipe.ts';
import type { World } from './world.ts';

/** A client of a channel in memory. */
export interface MemoryClient {
  /** Text frames that arrived, in their order. */
  readonly received: readonly string[];
  /** The close code, once the client knows that the connection has ended; 1006 where it got none. */
  readonly ended: number | undefined;
  /** Sends a text frame, or a binary one. @throws {Error} when the connection has ended. */
  send(frame: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
  /** Ends without a word, as a phone that loses its network: the engine takes it for open for 30 s. */
  vanish(): Promise<void>;
  /** Stops to read: what is pushed piles up. */
  pauseReading(): void;
  resumeReading(): void;
}

/** What the engine's end of a socket tells. */
export interface SocketEvents {
  text(text: string): void;
  /** A binary frame came. */
  bytes(): void;
  /** It has ended, and not by the engine. */
  ended(): void;
}

/** When an engine gives up a peer that no longer answers. */
const silenceMs = seconds(30);

type Outgoing = { readonly text: string } | { readonly code: number };

/** One socket with both of its ends, and the client's hand on it. */
export class MemorySocket {
  readonly client: MemoryClient;
  readonly groups = new Set<string>();
  readonly #world: World;
  readonly #events: SocketEvents;
  readonly #backlog: Backlog<string>;
  readonly #toClient: Pipe<Outgoing>;
  readonly #toEngine: Pipe<{ readonly frame: string | Uint8Array } | 'close'>;
  readonly #received: string[] = [];
  #reading = true;
  #code: number | undefined;

  constructor(world: World, port: ChannelPort, events: SocketEvents) {
    this.#world = world;
    this.#events = events;
    this.#backlog = new Backlog({ maxBytes: port.maxBufferedBytes, whenSlow: port.whenSlow });
    this.#toClient = new Pipe(world, (frame) => this.#arrived(frame));
    this.#toEngine = new Pipe(world, (sent) => {
      if (sent === 'close') events.ended();
      else if (typeof sent.frame === 'string') events.text(sent.frame);
      else events.bytes();
    });
    this.client = this.#hand();
  }

  /** @returns `full` when the client is slow and the connection must end. */
  push(text: string, key: string | undefined): 'on its way' | 'full' {
    if (this.#world.strikes('lose')) this.#vanish();
    if (!this.#reading) return this.#backlog.add(text, utf8Bytes(text), key) === 'full' ? 'full' : 'on its way';
    this.#toClient.put({ text });
    return 'on its way';
  }

  /** Ends it from the engine's side. What waits for a slow client is dropped. */
  end(code: number): void {
    this.#backlog.clear();
    this.#toEngine.cut();
    this.#toClient.put({ code });
  }

  /** The engine's process has ended. */
  crash(): void {
    this.#over(1006);
  }

  #hand(): MemoryClient {
    const code = (): number | undefined => this.#code;
    return {
      received: this.#received,
      get ended() {
        return code();
      },
      send: async (frame) => {
        if (this.#code !== undefined) throw new Error(`the connection has ended with ${this.#code}`);
        this.#toEngine.put({ frame });
      },
      close: async () => {
        if (this.#code !== undefined) return;
        this.#toEngine.put('close');
        this.#code = 1000;
        this.#toClient.cut();
      },
      vanish: async () => this.#vanish(),
      pauseReading: () => {
        this.#reading = false;
        this.#toClient.hold();
      },
      resumeReading: () => this.#resume(),
    };
  }

  #resume(): void {
    this.#reading = true;
    this.#toClient.release();
    for (let text = this.#backlog.take(); text !== undefined; text = this.#backlog.take()) this.#toClient.put({ text });
  }

  #arrived(frame: Outgoing): void {
    if ('code' in frame) this.#over(frame.code);
    else this.#received.push(frame.text);
  }

  #vanish(): void {
    if (this.#code !== undefined) return;
    this.#over(1006);
    this.#world.at(this.#world.now() + silenceMs, () => this.#events.ended(), { volatile: true });
  }

  /** From here on the client neither gets nor sends anything. */
  #over(code: number): void {
    this.#code ??= code;
    this.#toClient.cut();
    this.#toEngine.cut();
  }
}
