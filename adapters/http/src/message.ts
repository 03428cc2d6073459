/**
 * A request as a plain value, so that every host can make one from what its platform hands it, without the cost of web
 * `Request` objects.
 */
export interface HttpRequest {
  /** In capitals: `GET`. */
  readonly method: string;
  /** Still percent-encoded, without the query: `/scheduling/v1/tasks/caf%C3%A9`. */
  readonly path: string;
  /** As it was sent, without the `?`; empty where there is none. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As it was sent; absent or empty where nothing was. */
  readonly body?: Uint8Array | string | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent where there is none: no JSON reply is empty. */
  readonly body?: string | Uint8Array;
}
