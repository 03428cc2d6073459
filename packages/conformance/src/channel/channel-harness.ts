import type { ChannelPort, Consumption, ContractOf, Port, Sessions } from '@portolan/kernel';

/** One engine of channels under test, with nothing connected when it is handed over. Disposing of it ends everything. */
export interface ChannelHarness extends AsyncDisposable {
  /** Opens the contract behind a port. */
  open<P extends Port>(port: P): Promise<ContractOf<P>>;
  /** Has `sessions` serve the port's sockets until stopped, as the adapter's host would. Once for each port. */
  serve(port: ChannelPort, sessions: Sessions): Promise<Consumption>;
  /** Asks for a connection as a client would, and waits for the answer. */
  dial(port: ChannelPort, request?: Partial<DialRequest>): Promise<Dialled>;
  /** The engine's clock, milliseconds since 1970. */
  now(): number;
  /** Moves the engine's time by this much and lets everything due happen; waits it out where the engine is real. */
  pass(durationMs: number): Promise<void>;
  /** Lets what is under way finish, without moving time (bounded polling where the engine is real). */
  settle(): Promise<void>;
  /** @see Harness.patience */
  readonly patience?: number;
}

export interface DialRequest {
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

export type Dialled =
  | { readonly kind: 'open'; readonly client: SocketClient }
  /** The handshake was answered with that status. */
  | { readonly kind: 'refused'; readonly status: number };

/** A client of a test, with a real socket wherever the engine has sockets. */
export interface SocketClient {
  /** Text frames so far, in order of arrival. */
  readonly received: readonly string[];
  /** Why the connection ended, once the client knows: the close code, 1006 where there was none. */
  readonly ended: number | undefined;
  /** Sends a text frame, or a binary one. */
  send(frame: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
  /** Ends without a word, as a phone that loses its network. */
  vanish(): Promise<void>;
  /** Stops reading, so that what is pushed piles up on its way; present where the engine can have slow clients. */
  pauseReading?(): void;
  resumeReading?(): void;
}
