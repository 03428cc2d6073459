import type { SocketClient } from '@portolan/conformance';

/** What a client does that the service notices. */
export interface ClientActs {
  send(frame: string | Uint8Array): void;
  /** It has said goodbye. */
  closed(): void;
}

/** A client in this process, with no socket between it and the service. */
export class DoubleClient implements SocketClient {
  readonly received: string[] = [];
  ended: number | undefined;
  readonly #acts: ClientActs;
  #vanished = false;

  constructor(acts: ClientActs) {
    this.#acts = acts;
  }

  /** Whether it answers pings. */
  get lives(): boolean {
    return !this.#vanished && this.ended === undefined;
  }

  async send(frame: string | Uint8Array): Promise<void> {
    if (this.lives) this.#acts.send(frame);
  }

  async close(): Promise<void> {
    if (!this.lives) return;
    this.ended = 1_000;
    this.#acts.closed();
  }

  async vanish(): Promise<void> {
    this.#vanished = true;
  }

  /** A frame from the service. */
  take(text: string): void {
    if (this.lives) this.received.push(text);
  }

  /** The service ends the connection. */
  end(code: number): void {
    if (this.lives) this.ended = code;
  }
}
