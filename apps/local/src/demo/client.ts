/** The platform refused what the demo asked for, or answered something else than it should. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** What a request came to, with the instants between which the platform took it on. */
export interface Answered {
  readonly body: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

export interface Client {
  /**
   * Calls an operation of the scheduling API.
   *
   * @throws {UnexpectedAnswer} unless the status is the expected one.
   */
  call(expected: number, method: string, path: string, body?: unknown): Promise<Answered>;
}

/** A client of the platform at `url`. */
export function newClient(url: string): Client {
  return {
    async call(expected, method, path, body) {
      const sentAt = Date.now();
      const response = await fetch(`${url}/scheduling/v1${path}`, {
        method,
        signal: AbortSignal.timeout(10_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      const answeredAt = Date.now();
      if (response.status !== expected)
        throw new UnexpectedAnswer(`${method} ${path} answered ${response.status}, not ${expected}: ${text}`);
      return { body: JSON.parse(text) as Answered['body'], sentAt, answeredAt };
    },
  };
}
