import { googleFaultOf } from '../errors/google-fault.ts';
import { exchange, openExchange, type Answer, type Exchange, type OpenAnswer } from './exchange.ts';
import { retryAfterMs, type Waits } from './retries.ts';

/** Headers that carry credentials; none where an emulator asks for none. */
export type Authorize = (url: URL) => Promise<Readonly<Record<string, string>>>;

export interface RestCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the API's base, `projects/p/topics/t:publish`; or from the host's root, `/upload/…`; or a whole URL. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly content?: { readonly type: string; readonly bytes: Uint8Array };
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent without credentials: the URL itself holds the right to it. */
  readonly anonymous?: true;
  /** Statuses that are an answer, besides 2xx. */
  readonly answers?: readonly number[];
  /** Doing it twice comes to the same as doing it once. */
  readonly repeatable: boolean;
  /** @default the client's */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface RestOptions {
  /** How long one call may take before it counts as unanswered, in milliseconds. @default 30 s */
  readonly timeoutMs?: number;
  /** Waits between calls. @default by the machine's clock */
  readonly wait?: (ms: number) => Promise<void>;
  /** How long they are. @default ceilings of 100 ms doubling up to 3 s */
  readonly waits?: Waits;
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
  readonly #options: Required<Omit<RestOptions, 'waits'>> & Pick<RestOptions, 'waits'>;

  /** @param base - Of the API, with its version and a slash at the end: `https://pubsub.googleapis.com/v1/`. */
  constructor(base: string, authorize: Authorize, options: RestOptions = {}) {
    this.#base = new URL(base);
    this.#authorize = authorize;
    this.#options = { timeoutMs: 30_000, wait: sleep, ...options };
  }

  /** Of the API's host: `https://storage.googleapis.com`. */
  get origin(): string {
    return this.#base.origin;
  }

  /**
   * @returns The answer's JSON.
   * @throws {GoogleFault} when the API refuses; {@link NoAnswer}, or an error with a `code`, when it is not reached.
   */
  async call<Json>(call: RestCall): Promise<Json> {
    const { text } = await this.answer(call);
    return (text === '' ? {} : JSON.parse(text)) as Json;
  }

  /** As {@link call}, with the answer as it is. */
  answer(call: RestCall): Promise<Answer> {
    return this.#repeated(call, async (given) => {
      const answer = await exchange(given);
      if (!isAnswer(call, answer.status)) throw googleFaultOf(answer.status, answer.text);
      return answer;
    });
  }

  /** As {@link call}, with a body that is still to come: whoever iterates it meets its failures. */
  open(call: RestCall): Promise<OpenAnswer> {
    return this.#repeated(call, async (given) => {
      const answer = await openExchange(given);
      if (!isAnswer(call, answer.status)) throw googleFaultOf(answer.status, await textOf(answer));
      return answer;
    });
  }

  /**
   * Waits before what failed is done again, by whoever repeats more than one call.
   *
   * @param calls - Made so far, at least 1.
   * @throws The error itself, where there is no hope, or not any more.
   */
  async waitAfter(error: unknown, calls: number, repeatable: boolean): Promise<void> {
    const waitMs = retryAfterMs(error, calls, repeatable, Math.random(), this.#options.waits);
    if (waitMs === undefined) throw error;
    await this.#options.wait(waitMs);
  }

  async #repeated<T>(call: RestCall, once: (given: Exchange) => Promise<T>): Promise<T> {
    for (let calls = 1; ; calls++) {
      try {
        return await once(await this.#exchangeOf(call));
      } catch (error) {
        await this.waitAfter(error, calls, call.repeatable);
      }
    }
  }

  async #exchangeOf(call: RestCall): Promise<Exchange> {
    const { method, path, timeoutMs = this.#options.timeoutMs, signal } = call;
    const elsewhere = path.startsWith('/') || /^https?:/.test(path);
    const url = new URL(elsewhere ? path : `${this.#base.href}${path}`, this.#base);
    const sent = contentOf(call);
    const headers = {
      ...(call.anonymous === true ? {} : await this.#authorize(url)),
      ...(sent === undefined ? {} : { 'content-type': sent.type, 'content-length': String(sent.bytes.length) }),
      ...call.headers,
    };
    return {
      method,
      url,
      headers,
      timeoutMs,
      ...(sent === undefined ? {} : { body: sent.bytes }),
      ...(signal === undefined ? {} : { signal }),
    };
  }
}

function contentOf({ body, content }: RestCall): RestCall['content'] {
  if (content !== undefined || body === undefined) return content;
  return { type: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
}

const isAnswer = ({ answers = [] }: RestCall, status: number): boolean =>
  (status >= 200 && status <= 299) || answers.includes(status);

async function textOf({ body }: OpenAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
