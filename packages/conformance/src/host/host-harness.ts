import type { ContractOf, Port, Service } from '@portolan/kernel';
import type { Dialled, DialRequest } from '../channel/channel-harness.ts';

/** A request as a client sends it; the harness brings it to the function the way its platform does. */
export interface ClientRequest {
  /** In capitals. @default 'GET' */
  readonly method?: string;
  /** Percent-encoded, with the query: `/host/v1/notes/caf%C3%A9?limit=2`. */
  readonly target: string;
  /** By lower-case name. A body without a `content-type` is sent as `application/json`. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface ClientResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text; empty where there was none. */
  readonly body: string;
}

/** A service that runs on the host, all of its triggers connected. */
export interface HostedService {
  /** Sends a request to the service's HTTP function and waits for the answer. */
  request(request: ClientRequest): Promise<ClientResponse>;
  /** Has the platform's schedule call a function. @param at - When the tick was due, milliseconds since 1970. */
  tick(functionName: string, at: number): Promise<void>;
  /** The contract behind a port of the service, as something outside of it would use it. */
  open<P extends Port>(port: P): Promise<ContractOf<P>>;
}

/** One host under test, with its platform emulated around it. Disposing of it stops everything. */
export interface HostHarness extends AsyncDisposable {
  /** Runs a service on the host, its ports bound to adapters of the host's own cloud. Called once for each harness. */
  start(service: Service): Promise<HostedService>;
  now(): number;
  /** Moves time by this much and lets everything due happen. */
  pass(durationMs: number): Promise<void>;
  /** Lets what is under way finish, without moving time. */
  settle(): Promise<void>;
}

/** A service that runs on a host of sockets. */
export interface SocketHostedService extends HostedService {
  /** Asks for a connection to a channel as a client would, and waits for the answer. */
  dial(channel: Pick<Port, 'name'>, request?: Partial<DialRequest>): Promise<Dialled>;
}

/** The one origin whose pages a host of sockets is told to let in. */
export const allowedOrigin = 'https://console.example.com';

/** One host whose services hold sockets; its option `allowOrigin` is {@link allowedOrigin} alone. */
export interface SocketHostHarness extends HostHarness {
  start(service: Service): Promise<SocketHostedService>;
}
