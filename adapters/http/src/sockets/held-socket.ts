import type { Duplex } from 'node:stream';
import { Backlog, type ChannelPort } from '@portolan/kernel';
import type { RawData, WebSocket } from 'ws';

/** What an open socket tells. */
export interface HeldSocketEvents {
  /** A text frame; the next one is told when this one has been handled. */
  text(text: string): Promise<void>;
  /** It takes no pushes any more. */
  ending(): void;
  /** It has ended, and all that came before has been handled. */
  ended(): void;
}

/** What may lie in the socket itself, where nothing can be replaced any more, besides one message; the rest waits before. */
const windowBytes = 65_536;
/** Frames of one client that wait to be handled, before no more are read. */
const maxUnhandled = 16;

const asText = { binary: false, compress: false } as const;

/** One socket of a channel: bounded both ways, with one message handled at a time. */
export class HeldSocket {
  readonly connection: string;
  readonly groups = new Set<string>();
  readonly #ws: WebSocket;
  /** What the socket speaks over. */
  readonly #stream: Duplex;
  readonly #events: HeldSocketEvents;
  readonly #windowBytes: number;
  readonly #backlog: Backlog<Buffer>;
  readonly #soon: (ring: () => void) => () => void;
  readonly #unhandled: string[] = [];
  #handling = false;
  #open = true;
  #closed = false;
  /** Whether the peer has shown that it lives since it was asked last. */
  #heard = true;
  #blocked = false;
  #corked = false;

  /**
   * @param stream - What `ws` speaks over.
   * @param soon - Calls when a peer has had time enough for its goodbye.
   */
  constructor(
    connection: string,
    ws: WebSocket,
    stream: Duplex,
    port: ChannelPort,
    events: HeldSocketEvents,
    soon: (ring: () => void) => () => void,
  ) {
    this.connection = connection;
    this.#ws = ws;
    this.#stream = stream;
    this.#events = events;
    this.#soon = soon;
    this.#windowBytes = Math.min(windowBytes, port.maxBufferedBytes / 4);
    this.#backlog = new Backlog({ maxBytes: port.maxBufferedBytes, whenSlow: port.whenSlow });
    ws.on('message', (data, isBinary) => this.#message(data, isBinary));
    ws.on('pong', () => (this.#heard = true));
    ws.on('ping', () => (this.#heard = true));
    // Its `close` follows.
    ws.on('error', () => {});
    ws.on('close', () => this.#over());
  }

  /** @returns `full` when the client is slow and must be ended, `gone` when it has ended. */
  push(frame: Buffer, key: string | undefined): 'on its way' | 'full' | 'gone' {
    if (!this.#open || this.#ws.readyState !== this.#ws.OPEN) return 'gone';
    if (this.#backlog.size === 0 && this.#hasRoom(frame.length)) this.#write(frame);
    else if (this.#backlog.add(frame, frame.length, key, this.#ws.bufferedAmount) === 'full') return 'full';
    return 'on its way';
  }

  /** Ends it with a code. What waits is dropped where the client was too slow for it. */
  end(code: number, reason: string): void {
    if (!this.#open) return;
    if (code !== 1013) this.#flush();
    this.#shut();
    this.#ws.close(code, reason);
    this.#ws.once(
      'close',
      this.#soon(() => this.cut()),
    );
  }

  /** Asks the peer whether it lives; ends one that has not answered since it was asked last. */
  beat(): void {
    if (this.#closed) return;
    // A peer whose messages wait to be handled cannot be heard.
    if (!this.#heard && !this.#ws.isPaused) return this.cut();
    this.#heard = false;
    this.#blocked = this.#ws.bufferedAmount > 0;
    this.#ws.ping();
  }

  /** Ends it without a word. */
  cut(): void {
    this.#ws.terminate();
  }

  #hasRoom(bytes: number): boolean {
    const buffered = this.#ws.bufferedAmount;
    return buffered === 0 || buffered + bytes <= this.#windowBytes;
  }

  /** What is written before the process turns to its sockets again leaves in one go: leaving takes most of a push's time. */
  #write(frame: Buffer): void {
    if (!this.#corked) {
      this.#corked = true;
      this.#stream.cork();
      process.nextTick(this.#uncork);
    }
    this.#ws.send(frame, asText, this.#written);
  }

  readonly #uncork = (): void => {
    this.#corked = false;
    this.#stream.uncork();
  };

  /** What was written has left the process; a peer that takes what it was slow to take lives. */
  readonly #written = (): void => {
    if (this.#blocked) this.#heard = true;
    for (let frame = this.#backlog.first; frame !== undefined; frame = this.#backlog.first) {
      if (!this.#hasRoom(frame.length)) return;
      this.#backlog.take();
      this.#write(frame);
    }
  };

  /** Hands all that waits to the socket: there is no more to come that could replace it. */
  #flush(): void {
    for (let frame = this.#backlog.take(); frame !== undefined; frame = this.#backlog.take()) this.#write(frame);
  }

  #message(data: RawData, isBinary: boolean): void {
    this.#heard = true;
    if (!this.#open) return;
    if (isBinary) return this.end(1003, 'text frames only');
    this.#unhandled.push((data as Buffer).toString());
    if (this.#unhandled.length >= maxUnhandled) this.#ws.pause();
    void this.#handle();
  }

  async #handle(): Promise<void> {
    if (this.#handling) return;
    this.#handling = true;
    for (let text = this.#unhandled.shift(); text !== undefined; text = this.#unhandled.shift()) {
      if (this.#ws.isPaused && this.#unhandled.length < maxUnhandled / 2) this.#ws.resume();
      await this.#events.text(text);
    }
    this.#handling = false;
    if (this.#closed) this.#events.ended();
  }

  #shut(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#backlog.clear();
    this.#events.ending();
  }

  #over(): void {
    this.#closed = true;
    this.#shut();
    if (!this.#handling) this.#events.ended();
  }
}
