import type { CallerIdentity, OidcToken } from './caller-identity.ts';
import { post, type Dispatch, type Dispatches } from './dispatches.ts';
import { parseFilter, type Attributes } from './pubsub-filter.ts';

export interface Message {
  readonly messageId: string;
  readonly data: string;
  readonly attributes: Attributes;
  readonly publishTime: string;
  readonly orderingKey?: string;
}

export interface SubscriptionConfig {
  readonly topic: string;
  readonly ackDeadlineSeconds?: number;
  readonly filter?: string;
  readonly enableMessageOrdering?: boolean;
  readonly retryPolicy?: { readonly minimumBackoff?: string; readonly maximumBackoff?: string };
  readonly deadLetterPolicy?: { readonly deadLetterTopic: string; readonly maxDeliveryAttempts?: number };
  pushConfig?: { readonly pushEndpoint?: string; readonly oidcToken?: OidcToken };
}

interface Entry {
  readonly message: Message;
  deliveries: number;
  /** Not delivered before; milliseconds since 1970. */
  availableAt: number;
  /** Handed over and not answered yet. */
  lease: { readonly ackId: string; readonly expiresAt: number } | 'pushed' | undefined;
  dispatch: Dispatch | undefined;
}

/** Gives a message that was delivered too often to its dead letter topic. */
export type GiveUp = (topic: string, message: Message) => void;

/** Answers somebody who waits for messages. */
type Take = (what: 'messages' | 'ended') => void;

/** How long a pull waits for something to come, in milliseconds; Pub/Sub says that it is bounded, and no more. */
const pullMs = 60_000;

/** One subscription: what waits in it, in the order it came, and how it is handed over. */
export class Subscription {
  readonly name: string;
  readonly config: SubscriptionConfig;
  readonly #dispatches: Dispatches;
  readonly #identity: CallerIdentity;
  readonly #giveUp: GiveUp;
  readonly #wants: (attributes: Attributes) => boolean;
  readonly #entries: Entry[] = [];
  readonly #waiting = new Set<Take>();
  #leases = 0;

  constructor(
    name: string,
    config: SubscriptionConfig,
    dispatches: Dispatches,
    identity: CallerIdentity,
    giveUp: GiveUp,
  ) {
    this.name = name;
    this.config = config;
    this.#dispatches = dispatches;
    this.#identity = identity;
    this.#giveUp = giveUp;
    this.#wants = parseFilter(config.filter ?? '');
  }

  add(message: Message): void {
    if (!this.#wants(message.attributes)) return;
    this.#entries.push({ message, deliveries: 0, availableAt: Date.now(), lease: undefined, dispatch: undefined });
    this.arrange();
    this.#handToWaiting();
  }

  /** It was deleted, and what waited in it with it. */
  end(): void {
    for (const { dispatch } of this.#entries) if (dispatch !== undefined) this.#dispatches.remove(dispatch);
    this.#entries.length = 0;
    for (const take of [...this.#waiting]) take('ended');
  }

  /** Pulls, and waits for a bounded time where there is nothing. */
  pulled(limit: number): Promise<readonly unknown[] | 'ended'> {
    const now = this.pull(limit);
    if (now.length > 0) return Promise.resolve(now);
    return new Promise((resolve) => {
      const until = Date.now() + pullMs;
      const take: Take = (what) => {
        const taken = what === 'ended' ? what : this.pull(limit);
        if (taken.length === 0 && Date.now() < until) return;
        clearInterval(looks);
        this.#waiting.delete(take);
        this.#dispatches.changed();
        resolve(taken);
      };
      // What was handed to others comes back with time.
      const looks = setInterval(() => take('messages'), 1_000);
      this.#waiting.add(take);
    });
  }

  /** Gives those who wait what may be handed over by now. */
  #handToWaiting(): void {
    for (const take of [...this.#waiting]) take('messages');
  }

  /** Sees to it that everything that may be pushed will be. */
  arrange(): void {
    const endpoint = this.config.pushConfig?.pushEndpoint ?? '';
    for (const entry of this.#entries) {
      if (entry.dispatch !== undefined) {
        if (endpoint !== '') continue;
        this.#dispatches.remove(entry.dispatch);
        entry.dispatch = undefined;
      } else if (endpoint !== '' && entry.lease === undefined && this.#isFirst(entry)) {
        entry.dispatch = { dueAt: entry.availableAt, run: () => this.#push(entry, endpoint) };
        this.#dispatches.add(entry.dispatch);
      }
    }
  }

  pull(limit: number): readonly unknown[] {
    return this.#free(Date.now(), limit).map((entry) => {
      const now = Date.now();
      const ackId = `${this.name}/${this.#leases++}`;
      entry.lease = { ackId, expiresAt: now + (this.config.ackDeadlineSeconds ?? 10) * 1_000 };
      entry.deliveries++;
      return { ackId, message: entry.message, ...this.#attempt(entry) };
    });
  }

  /** What may be handed over: in order, all that waits of a key at once, but nothing of it while some is under way. */
  #free(now: number, limit: number): readonly Entry[] {
    const held = new Set<string>();
    const free = this.#entries.filter((entry) => {
      const { orderingKey } = entry.message;
      const ordered = this.config.enableMessageOrdering === true && orderingKey !== undefined;
      if (ordered && held.has(orderingKey)) return false;
      const leased = entry.lease === 'pushed' || (entry.lease !== undefined && entry.lease.expiresAt > now);
      const is = !leased && entry.availableAt <= now;
      if (ordered && !is) held.add(orderingKey);
      return is;
    });
    return this.config.enableMessageOrdering === true ? acrossKeys(free).slice(0, limit) : free.slice(0, limit);
  }

  acknowledge(ackIds: readonly string[]): void {
    for (const entry of this.#leased(ackIds)) this.#forget(entry);
    this.#handToWaiting();
  }

  modifyAckDeadline(ackIds: readonly string[], seconds: number): void {
    for (const entry of this.#leased(ackIds)) {
      const { ackId } = entry.lease as Exclude<Entry['lease'], string | undefined>;
      if (seconds > 0) entry.lease = { ackId, expiresAt: Date.now() + seconds * 1_000 };
      else this.#failed(entry);
    }
    this.#handToWaiting();
  }

  #leased(ackIds: readonly string[]): Entry[] {
    return this.#entries.filter(({ lease }) => typeof lease === 'object' && ackIds.includes(lease.ackId));
  }

  /** In order, only the first of a key may be under way. */
  #isFirst({ message }: Entry): boolean {
    const { orderingKey } = message;
    if (this.config.enableMessageOrdering !== true || orderingKey === undefined) return true;
    return this.#entries.find((other) => other.message.orderingKey === orderingKey)?.message === message;
  }

  /** @see https://cloud.google.com/pubsub/docs/push#receive_push */
  async #push(entry: Entry, endpoint: string): Promise<void> {
    entry.dispatch = undefined;
    entry.lease = 'pushed';
    entry.deliveries++;
    const { messageId, publishTime } = entry.message;
    const message = { ...entry.message, message_id: messageId, publish_time: publishTime };
    const body = JSON.stringify({ message, subscription: this.name, ...this.#attempt(entry) });
    const caller = this.#identity(this.config.pushConfig?.oidcToken, endpoint);
    const headers = { 'content-type': 'application/json', 'user-agent': 'APIs-Google', ...caller };
    const status = await post(endpoint, headers, body, (this.config.ackDeadlineSeconds ?? 10) * 1_000);
    entry.lease = undefined;
    if (status !== undefined && [102, 200, 201, 202, 204].includes(status)) this.#forget(entry);
    else this.#failed(entry);
  }

  #attempt({ deliveries }: Entry): { readonly deliveryAttempt?: number } {
    return this.config.deadLetterPolicy === undefined ? {} : { deliveryAttempt: deliveries };
  }

  #failed(entry: Entry): void {
    entry.lease = undefined;
    const { deadLetterPolicy, retryPolicy } = this.config;
    if (deadLetterPolicy !== undefined && entry.deliveries >= (deadLetterPolicy.maxDeliveryAttempts ?? 5)) {
      const attributes = {
        ...entry.message.attributes,
        CloudPubSubDeadLetterSourceSubscription: this.name.split('/').at(-1)!,
        CloudPubSubDeadLetterSourceDeliveryCount: String(entry.deliveries),
      };
      this.#giveUp(deadLetterPolicy.deadLetterTopic, { ...entry.message, attributes });
      return this.#forget(entry);
    }
    const ms = (duration: string | undefined, otherwise: number): number =>
      duration === undefined ? otherwise : Number.parseFloat(duration) * 1_000;
    const least = retryPolicy === undefined ? 0 : ms(retryPolicy.minimumBackoff, 10_000);
    const most = retryPolicy === undefined ? 0 : ms(retryPolicy.maximumBackoff, 600_000);
    entry.availableAt = Date.now() + Math.min(most, least * 2 ** Math.min(entry.deliveries - 1, 30));
    this.arrange();
  }

  #forget(entry: Entry): void {
    const index = this.#entries.indexOf(entry);
    if (index !== -1) this.#entries.splice(index, 1);
    this.arrange();
  }
}

/**
 * In order within each key and in none across them: here, the keys that came last come first.
 *
 * @see https://cloud.google.com/pubsub/docs/ordering#considerations_when_using_ordered_messaging
 */
function acrossKeys(entries: readonly Entry[]): readonly Entry[] {
  const byKey = Map.groupBy(entries, ({ message }) => message.orderingKey);
  return [...byKey.values()].reverse().flat();
}
