import type { SocketClient } from '@portolan/conformance';

/** What a connection can hold for a client that does not read, in bytes of text. */
export const bufferBytes = 131_072;

/** What a client does that its gateway must know of. */
export interface Line {
  said(frame: string | Uint8Array): void;
  /** It has ended the connection. */
  left(): void;
  /** It is gone, and has not said so. */
  vanished(): void;
}

/** A client of a test, at the other end of the gateway. */
export class GatewayClient implements SocketClient {
  readonly received: string[] = [];
  ended: number | undefined;
  readonly #line: Line;
  #waiting: string[] | undefined;
  #lost = false;

  constructor(line: Line) {
    this.#line = line;
  }

  async send(frame: string | Uint8Array): Promise<void> {
    if (this.ended === undefined && !this.#lost) this.#line.said(frame);
  }

  async close(): Promise<void> {
    if (this.ended !== undefined) return;
    this.end(1_000);
    this.#line.left();
  }

  async vanish(): Promise<void> {
    this.#lost = true;
    this.#line.vanished();
  }

  pauseReading(): void {
    this.#waiting ??= [];
  }

  resumeReading(): void {
    this.received.push(...(this.#waiting ?? []));
    this.#waiting = undefined;
  }

  /** Takes a frame from the gateway. @returns Whether there was room for it. */
  take(text: string): boolean {
    if (this.#lost) return true;
    if (this.#waiting === undefined) {
      this.received.push(text);
      return true;
    }
    const waiting = this.#waiting.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
    if (waiting + Buffer.byteLength(text) > bufferBytes) return false;
    this.#waiting.push(text);
    return true;
  }

  /** The gateway has ended the connection. */
  end(code: number): void {
    if (!this.#lost) this.ended ??= code;
  }
}
