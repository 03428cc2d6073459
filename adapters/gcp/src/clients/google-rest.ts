import { googleFaultOf } from '../errors/google-fault.ts';
import { exchange } from './exchange.ts';
import { retryAfterMs } from './retries.ts';

/** Headers that carry credentials; none where an emulator asks for none. */
export type Authorize = (url: URL) => Promise<Readonly<Record<string, string>>>;

export interface RestCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the API's base, `projects/p/topics/t:publish`. */
  readonly path: string;
  readonly body?: unknown;
  /** Doing it twice comes to the same as doing it once. */
  readonly repeatable: boolean;
}

export interface RestOptions {
  /** How long one call may take before it counts as unanswered, in milliseconds. @default 30 s */
  readonly timeoutMs?: number;
  /** Waits between calls. @default by the machine's clock */
  readonly wait?: (ms: number) => Promise<void>;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * One of Google's REST APIs. Repeats what failed in passing, at most {@link maxCalls} calls within about 5 s of waits; a
 * call by itself may take 30 s. The clock of the machine plays no part: tokens are the metadata server's, and what signs
 * with a key of its own (google-auth-library) allows for a skew of some minutes.
 */
export class GoogleRest {
  readonly #base: URL;
  readonly #authorize: Authorize;
  readonly #options: Required<RestOptions>;

  /** @param base - Of the API, with its version and a slash at the end: `https://pubsub.googleapis.com/v1/`. */
  constructor(base: string, authorize: Authorize, options: RestOptions = {}) {
    this.#base = new URL(base);
    this.#authorize = authorize;
    this.#options = { timeoutMs: 30_000, wait: sleep, ...options };
  }

  /**
   * @returns The answer's JSON.
   * @throws {GoogleFault} when the API refuses; {@link NoAnswer}, or an error with a `code`, when it is not reached.
   */
  async call<Answer>(call: RestCall): Promise<Answer> {
    for (let calls = 1; ; calls++) {
      try {
        return await this.#once<Answer>(call);
      } catch (error) {
        const waitMs = retryAfterMs(error, calls, call.repeatable, Math.random());
        if (waitMs === undefined) throw error;
        await this.#options.wait(waitMs);
      }
    }
  }

  async #once<Answer>({ method, path, body }: RestCall): Promise<Answer> {
    const url = new URL(`${this.#base.href}${path}`);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(await this.#authorize(url)),
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    };
    const { timeoutMs } = this.#options;
    const answer = await exchange({ method, url, headers, timeoutMs, ...(text === undefined ? {} : { body: text }) });
    if (answer.status < 200 || answer.status > 299) throw googleFaultOf(answer.status, answer.text);
    return (answer.text === '' ? {} : JSON.parse(answer.text)) as Answer;
  }
}
