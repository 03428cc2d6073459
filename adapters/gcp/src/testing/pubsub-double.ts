import { nobody, type CallerIdentity } from './caller-identity.ts';
import type { Dispatches } from './dispatches.ts';
import { Subscription, type Message, type SubscriptionConfig } from './pubsub-subscription.ts';
import { alreadyExists, deadlineExceeded, invalidArgument, notFound, type RestRequest } from './rest-server.ts';

const maxMessages = 1_000;
const maxBytes = 10_000_000;

interface Incoming {
  readonly data?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
}

/**
 * Pub/Sub's REST API v1, as its documentation tells it: topics, subscriptions with filters, ordering, backoff and dead
 * letters, pushed or pulled.
 *
 * @see https://cloud.google.com/pubsub/docs/reference/rest
 */
export class PubsubDouble {
  readonly #topics = new Set<string>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #dispatches: Dispatches;
  readonly #identity: CallerIdentity;
  #published = 0;

  constructor(dispatches: Dispatches, identity: CallerIdentity = nobody) {
    this.#dispatches = dispatches;
    this.#identity = identity;
  }

  answer({ method, path, body }: RestRequest): unknown {
    const [, topic] = /^(projects\/[^/]+\/topics\/[^/:]+)\/subscriptions$/.exec(path) ?? [];
    if (topic !== undefined && method === 'GET') return { subscriptions: this.#subscriptionsOf(topic) };
    const [, name = '', kind = '', verb = ''] =
      /^(projects\/[^/]+\/(topics|subscriptions)\/[^/:]+)(?::(\w+))?$/.exec(path) ?? [];
    if (kind === 'topics') return this.#topic(method, name, verb, body);
    if (kind === 'subscriptions') return this.#subscription(method, name, verb, body);
    throw notFound(`no method at ${method} ${path}`);
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of whoever calls
  #topic(method: string, name: string, verb: string, body: any): unknown {
    if (method === 'PUT') {
      checkId(name);
      if (this.#topics.has(name)) throw alreadyExists(`Resource already exists in the project (resource=${name}).`);
      this.#topics.add(name);
      return { name };
    }
    if (!this.#topics.has(name)) throw notFound(`Resource not found (resource=${name}).`);
    if (verb === 'publish') return { messageIds: this.#publish(name, body.messages ?? []) };
    if (method === 'GET' && verb === '') return { name };
    throw notFound(`no method ${method} ${verb} of topics`);
  }

  #publish(topic: string, messages: readonly Incoming[]): string[] {
    if (messages.length === 0 || messages.length > maxMessages)
      throw invalidArgument(`a request has 1 to ${maxMessages} messages, not ${messages.length}`);
    const sizes = messages.map(({ data = '' }) => Buffer.from(data, 'base64').length);
    if (sizes.some((size) => size > maxBytes) || sizes.reduce((sum, size) => sum + size, 0) > maxBytes)
      throw invalidArgument(`The value for message_size is too large. At most ${maxBytes} bytes.`);
    for (const message of messages) checkMessage(message);
    return messages.map((message) => this.#accept(topic, message));
  }

  /** What another of Google's services publishes, to a topic that must be there. */
  publishFrom(topic: string, text: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#topics.has(topic)) this.#accept(topic, { data: Buffer.from(text).toString('base64'), attributes });
  }

  #accept(topic: string, { data = '', attributes = {}, orderingKey }: Incoming): string {
    const messageId = String(++this.#published);
    const publishTime = new Date().toISOString();
    this.#deliver(topic, { messageId, data, attributes, publishTime, ...(orderingKey ? { orderingKey } : {}) });
    return messageId;
  }

  #subscriptionsOf(topic: string): readonly string[] {
    return [...this.#subscriptions.values()].flatMap(({ name, config }) => (config.topic === topic ? [name] : []));
  }

  #deliver(topic: string, message: Message): void {
    for (const subscription of this.#subscriptions.values())
      if (subscription.config.topic === topic) subscription.add(message);
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of whoever calls
  #subscription(method: string, name: string, verb: string, body: any): unknown {
    if (method === 'PUT') return this.#subscribe(name, body);
    const subscription = this.#subscriptions.get(name);
    if (subscription === undefined) throw notFound(`Resource not found (resource=${name}).`);
    switch (verb) {
      case 'pull':
        return this.#pull(subscription, body.maxMessages, body.returnImmediately === true);
      case 'acknowledge':
        return subscription.acknowledge(body.ackIds);
      case 'modifyAckDeadline':
        return subscription.modifyAckDeadline(body.ackIds, body.ackDeadlineSeconds ?? 0);
      case 'modifyPushConfig':
        subscription.config.pushConfig = body.pushConfig ?? {};
        return subscription.arrange();
      case '':
        if (method !== 'DELETE') return { name, ...subscription.config };
        this.#subscriptions.delete(name);
        return subscription.end();
      default:
        throw notFound(`no method ${method} ${verb} of subscriptions`);
    }
  }

  /** A pull that nothing came to ends as one that took too long. @see https://github.com/googleapis/python-pubsub/issues/343 */
  async #pull(subscription: Subscription, limit: number, immediately: boolean): Promise<unknown> {
    if (!(limit >= 1)) throw invalidArgument('maxMessages must be positive');
    const receivedMessages = immediately ? subscription.pull(limit) : await subscription.pulled(limit);
    if (receivedMessages === 'ended') throw notFound(`Resource not found (resource=${subscription.name}).`);
    if (receivedMessages.length === 0 && !immediately) throw deadlineExceeded();
    return receivedMessages.length === 0 ? {} : { receivedMessages };
  }

  #subscribe(name: string, config: SubscriptionConfig): unknown {
    checkId(name);
    if (this.#subscriptions.has(name))
      throw alreadyExists(`Resource already exists in the project (resource=${name}).`);
    if (!this.#topics.has(config.topic)) throw notFound(`Resource not found (resource=${config.topic}).`);
    const seconds = config.ackDeadlineSeconds ?? 10;
    if (seconds < 10 || seconds > 600) throw invalidArgument(`an ack deadline is 10 to 600 s, not ${seconds}`);
    const attempts = config.deadLetterPolicy?.maxDeliveryAttempts ?? 5;
    if (attempts < 5 || attempts > 100) throw invalidArgument(`delivery attempts are 5 to 100, not ${attempts}`);
    const giveUp = (topic: string, message: Message): void => this.#deliver(topic, message);
    this.#subscriptions.set(name, new Subscription(name, config, this.#dispatches, this.#identity, giveUp));
    return { name, ...config };
  }
}

/** @see https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names */
function checkId(name: string): void {
  const id = name.split('/').at(-1)!;
  if (!/^[a-zA-Z][\w.~+%-]{2,254}$/.test(id) || id.startsWith('goog')) throw invalidArgument(`"${id}" is no id`);
}

/** @see https://cloud.google.com/pubsub/quotas#resource_limits */
function checkMessage({ data, attributes = {}, orderingKey = '' }: Incoming): void {
  const entries = Object.entries(attributes);
  if (data === undefined && entries.length === 0) throw invalidArgument('a message has data or attributes');
  if (entries.length > 100) throw invalidArgument('a message has at most 100 attributes');
  for (const [key, value] of entries) {
    if (key === '' || key.startsWith('goog') || Buffer.byteLength(key) > 256 || Buffer.byteLength(value) > 1_024)
      throw invalidArgument(`the attribute "${key}" is not allowed`);
  }
  if (Buffer.byteLength(orderingKey) > 1_024) throw invalidArgument('an ordering key has at most 1,024 bytes');
}
