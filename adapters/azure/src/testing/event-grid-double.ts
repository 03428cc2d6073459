import type { QueueServiceClient } from '@azure/storage-queue';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { EventSubscriptionProperties } from '../topic/resources.ts';
import { answerMs, fateOf, passes, readPublished } from './event-grid-rules.ts';

/** The access key of every topic here. */
export const topicKey = 'a-key-that-only-tests-know';

type Attributes = Readonly<Record<string, unknown>>;

/** An event subscription as it is put here: what a function is bound to in Azure is a webhook. */
export type DoubleSubscription = Pick<EventSubscriptionProperties, 'filter' | 'retryPolicy'> & {
  readonly eventDeliverySchema: 'CloudEventSchemaV1_0' | 'EventGridSchema';
  readonly destination:
    | { readonly endpointType: 'StorageQueue'; readonly queueName: string }
    | { readonly endpointType: 'WebHook'; readonly endpointUrl: string };
};

/**
 * A double of Event Grid: our own reading of how it takes events, filters them, validates webhooks, delivers and tries
 * again. Topics come to be when they are first named.
 *
 * - `POST /topics/<topic>/api/events` publishes, as the official client does it.
 * - `PUT /topics/<topic>/subscriptions/<name>` stands for the resource manager; a webhook is validated first.
 * - `GET /topics/<topic>/subscriptions/<name>/dead-letters` stands for the blob container.
 */
export class EventGridDouble {
  readonly #queues: QueueServiceClient;
  readonly #topics = new Map<string, Map<string, DoubleSubscription>>();
  readonly #dead = new Map<string, unknown[]>();

  constructor(queues: QueueServiceClient) {
    this.#queues = queues;
  }

  /** @returns The port it listens on. */
  start(): Promise<number> {
    const server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => send(response, 500, { message: String(error) }));
    });
    return new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
    );
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url!, 'http://double');
    const [, , topic = '', what, name = '', more] = pathname.split('/');
    const body = await buffer(request);
    if (request.method === 'POST' && what === 'api') {
      const key = request.headers['aeg-sas-key'] as string | undefined;
      const events = readPublished(
        { apiVersion: searchParams.get('api-version'), contentType: request.headers['content-type'], key, body },
        topicKey,
      );
      if ('status' in events) return send(response, events.status, { error: events });
      await Promise.all(events.map((event) => this.accept(topic, event)));
      return send(response, 200, {});
    }
    if (request.method === 'PUT' && what === 'subscriptions') {
      const subscription = JSON.parse(body.toString()) as DoubleSubscription;
      const { destination } = subscription;
      const valid = destination.endpointType !== 'WebHook' || (await validate(destination.endpointUrl, subscription));
      if (!valid) return send(response, 400, { error: { code: 'Url validation' } });
      this.#subscriptionsOf(topic).set(name, subscription);
      return send(response, 201, {});
    }
    if (request.method === 'GET' && more === 'dead-letters')
      return send(response, 200, this.#dead.get(`${topic}/${name}`) ?? []);
    send(response, 404, {});
  }

  #subscriptionsOf(topic: string): Map<string, DoubleSubscription> {
    const subscriptions = this.#topics.get(topic) ?? new Map<string, DoubleSubscription>();
    this.#topics.set(topic, subscriptions);
    return subscriptions;
  }

  /**
   * Delivers an event: what was published, or what a system topic tells. Queues have it when this returns; webhooks are
   * called meanwhile.
   */
  async accept(topic: string, event: Attributes): Promise<void> {
    const publishedAt = Date.now();
    for (const [name, subscription] of this.#subscriptionsOf(topic)) {
      const { destination, filter } = subscription;
      if (!passes(filter, event)) continue;
      if (destination.endpointType === 'StorageQueue') {
        const text = Buffer.from(JSON.stringify(event)).toString('base64');
        await this.#queues.getQueueClient(destination.queueName).sendMessage(text, { messageTimeToLive: -1 });
      } else
        void this.#push(
          { topic, name, url: destination.endpointUrl, policy: subscription.retryPolicy },
          event,
          publishedAt,
        );
    }
  }

  async #push(
    to: {
      readonly topic: string;
      readonly name: string;
      readonly url: string;
      readonly policy: EventSubscriptionProperties['retryPolicy'];
    },
    event: Attributes,
    publishedAt: number,
    attempts = 1,
  ): Promise<void> {
    const status = await notify(to.url, to.name, event, attempts - 1);
    if (status !== undefined && status < 300) return;
    const fate = fateOf(attempts, Date.now() - publishedAt, status, to.policy);
    if (fate.kind === 'retry') setTimeout(() => void this.#push(to, event, publishedAt, attempts + 1), fate.afterMs);
    else {
      const place = `${to.topic}/${to.name}`;
      const letter = { ...event, deadletterreason: fate.reason, deliveryattempts: attempts };
      this.#dead.set(place, [...(this.#dead.get(place) ?? []), letter]);
    }
  }
}

/** @returns The status answered; `undefined` for none in time. */
async function notify(url: string, name: string, event: Attributes, count: number): Promise<number | undefined> {
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), answerMs);
  try {
    const headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'aeg-event-type': 'Notification',
      'aeg-subscription-name': name.toUpperCase(),
      'aeg-delivery-count': String(count),
    };
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(event), signal: abort.signal })).status;
  } catch {
    return undefined;
  } finally {
    clearTimeout(limit);
  }
}

/**
 * Asks a webhook whether it wants to be called: by a question of the CloudEvents specification, or for Event Grid's own
 * schema by an event whose code has to be given back.
 *
 * @see https://learn.microsoft.com/azure/event-grid/end-point-validation-cloud-events-schema
 * @see https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
 */
async function validate(url: string, { eventDeliverySchema }: DoubleSubscription): Promise<boolean> {
  const origin = 'eventgrid.azure.net';
  if (eventDeliverySchema === 'CloudEventSchemaV1_0') {
    const answer = await fetch(url, { method: 'OPTIONS', headers: { 'webhook-request-origin': origin } });
    return answer.ok && [origin, '*'].includes(answer.headers.get('webhook-allowed-origin') ?? '');
  }
  const validationCode = randomUUID();
  const event = {
    id: randomUUID(),
    topic: '/subscriptions/none/topics/none',
    subject: '',
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    eventTime: new Date().toISOString(),
    metadataVersion: '1',
    dataVersion: '2',
    data: { validationCode },
  };
  const headers = { 'content-type': 'application/json', 'aeg-event-type': 'SubscriptionValidation' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify([event]) });
  const { validationResponse } = (await answer.json().catch(() => ({}))) as { readonly validationResponse?: string };
  return answer.status === 200 && validationResponse === validationCode;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
