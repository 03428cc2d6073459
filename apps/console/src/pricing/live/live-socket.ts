import { frameOf, type Frame } from './frames.ts';
import { reconnectMs } from './reconnecting.ts';

/** `waiting`: until it is tried again. */
export type SocketState = 'connecting' | 'open' | 'waiting';

export interface SocketListener {
  frame(frame: Frame): void;
  /** Told of every change. Whatever was sent while it was not `open` is missed. */
  changed(state: SocketState): void;
}

/** A connection that counts as made once it has lasted this long: one that is dropped at once is a failure. */
const steadyMs = 5_000;
/** How long an opening may take. */
const openingMs = 10_000;

/** The live socket, opened again and again until it is closed. */
export class LiveSocket {
  readonly #url: string;
  readonly #listener: SocketListener;
  #socket: WebSocket | undefined;
  #state: SocketState = 'connecting';
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, listener: SocketListener) {
    this.#url = url;
    this.#listener = listener;
    this.#open();
  }

  get state(): SocketState {
    return this.#state;
  }

  /** Opens it anew at once: for a socket that has gone silent, or a platform that is back. */
  renew(): void {
    this.#failures = 0;
    this.#open();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#leave();
  }

  #open(): void {
    clearTimeout(this.#timer);
    this.#leave();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#become('connecting');
    this.#timer = setTimeout(() => socket.close(), openingMs);
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return socket.close();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => (this.#failures = 0), steadyMs);
      this.#become('open');
    });
    socket.addEventListener('message', ({ data }) => {
      const frame = this.#socket === socket ? frameOf(data) : undefined;
      if (frame !== undefined) this.#listener.frame(frame);
    });
    // An error is followed by it.
    socket.addEventListener('close', () => {
      if (this.#socket === socket) this.#fail();
    });
  }

  #fail(): void {
    this.#leave();
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), reconnectMs(this.#failures, Math.random()));
    this.#become('waiting');
  }

  /** Without waiting for the other side, which may be gone. One that is being opened is closed when it is open. */
  #leave(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket?.readyState === WebSocket.OPEN) socket.close();
  }

  #become(state: SocketState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listener.changed(state);
  }
}
