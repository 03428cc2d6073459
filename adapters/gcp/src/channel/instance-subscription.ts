import { fullJitter, reasonOf, type Log } from '@portolan/kernel';
import { setTimeout as delay } from 'node:timers/promises';
import type { GoogleRest } from '../clients/google-rest.ts';
import { hasStatus, NoAnswer } from '../errors/google-fault.ts';
import type { PushedMessage } from '../queue/push-message.ts';

/** A message as it was pulled. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull */
export interface PulledMessage extends PushedMessage {
  readonly publishTime?: string;
}

interface PullAnswer {
  readonly receivedMessages?: readonly { readonly ackId: string; readonly message: PulledMessage }[];
}

export interface InstanceSubscriptionOptions {
  readonly project: string;
  readonly topic: string;
  readonly name: string;
  readonly filter: string;
  readonly log: Log;
  /** How long a pull may wait, in milliseconds. @default 120,000: longer than Pub/Sub lets one wait, which it calls "a bounded time" */
  readonly pullMs?: number;
  /** Waits before it pulls again. @default by the machine's clock, until `signal` */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * In seconds: as short as Pub/Sub keeps unanswered messages, and as soon as it forgets a subscription that nobody uses, where
 * its instance had no time to delete it.
 *
 * @see https://cloud.google.com/pubsub/docs/subscription-properties
 */
const retentionS = 600;
const expiryS = 86_400;

/** Messages in one answer, which may so have some megabytes. */
const pulledAtOnce = 200;
const waits = { baseMs: 100, capMs: 5_000 };

/**
 * A subscription of one instance's own, which it creates as it starts, pulls from for as long as it lives and deletes as it
 * ends.
 */
export class InstanceSubscription {
  readonly #rest: GoogleRest;
  readonly #path: string;
  readonly #options: InstanceSubscriptionOptions;
  readonly #ended = new AbortController();
  #pulling: Promise<void> | undefined;

  constructor(rest: GoogleRest, options: InstanceSubscriptionOptions) {
    this.#rest = rest;
    this.#path = `projects/${options.project}/subscriptions/${options.name}`;
    this.#options = options;
  }

  /** What is published from then on comes. */
  async create(): Promise<void> {
    const { project, topic, filter } = this.#options;
    const body = {
      topic: `projects/${project}/topics/${topic}`,
      filter,
      enableMessageOrdering: true,
      ackDeadlineSeconds: 10,
      messageRetentionDuration: `${retentionS}s`,
      expirationPolicy: { ttl: `${expiryS}s` },
    };
    await this.#rest.call({ method: 'PUT', path: this.#path, body, repeatable: true }).catch((error: unknown) => {
      // The first of two calls did it.
      if (!hasStatus(error, 'ALREADY_EXISTS')) throw error;
    });
  }

  /** Hands over what comes, one after the other, until it is ended. */
  pull(handle: (message: PulledMessage) => Promise<void>): void {
    this.#pulling ??= this.#pullAll(handle);
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#pulling;
    await this.#rest.call({ method: 'DELETE', path: this.#path, repeatable: true }).catch((error: unknown) => {
      if (!hasStatus(error, 'NOT_FOUND')) throw error;
    });
  }

  async #pullAll(handle: (message: PulledMessage) => Promise<void>): Promise<void> {
    const { signal } = this.#ended;
    const { wait = (ms) => delay(ms, undefined, { signal }) } = this.#options;
    for (let failures = 0; !signal.aborted;) {
      try {
        const received = await this.#pullSome();
        failures = 0;
        if (received.length === 0) continue;
        void this.#acknowledge(received.map(({ ackId }) => ackId));
        for (const { message } of received) await handle(message);
      } catch (error) {
        if (signal.aborted) return;
        const idle = isIdle(error);
        failures = idle ? 1 : failures + 1;
        if (!idle) this.#options.log.warn('messages of other instances could not be had', { reason: reasonOf(error) });
        await wait(fullJitter(failures, Math.random(), waits), signal).catch(() => {});
        if (hasStatus(error, 'NOT_FOUND')) await this.#again();
      }
    }
  }

  /** Whoever froze for a day has no subscription any more. */
  async #again(): Promise<void> {
    await this.create().catch((error: unknown) =>
      this.#options.log.warn('the subscription could not be made anew', { reason: reasonOf(error) }),
    );
  }

  async #pullSome(): Promise<NonNullable<PullAnswer['receivedMessages']>> {
    const { receivedMessages = [] } = await this.#rest.call<PullAnswer>({
      method: 'POST',
      path: `${this.#path}:pull`,
      body: { maxMessages: pulledAtOnce },
      repeatable: false,
      timeoutMs: this.#options.pullMs ?? 120_000,
      signal: this.#ended.signal,
    });
    return receivedMessages;
  }

  /** What comes again because this was in vain, is known by its number. */
  async #acknowledge(ackIds: readonly string[]): Promise<void> {
    const call = { method: 'POST', path: `${this.#path}:acknowledge`, body: { ackIds }, repeatable: true } as const;
    await this.#rest.call(call).catch((error: unknown) => {
      if (!this.#ended.signal.aborted)
        this.#options.log.debug('messages were not acknowledged', { reason: reasonOf(error) });
    });
  }
}

/** Nothing came for as long as a pull may wait, which is told as a failure. Were it answered at once, it could not go round and round. */
const isIdle = (error: unknown): boolean => hasStatus(error, 'DEADLINE_EXCEEDED') || error instanceof NoAnswer;
