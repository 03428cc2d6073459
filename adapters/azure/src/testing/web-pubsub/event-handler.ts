import { createHmac, randomUUID } from 'node:crypto';
import type { WebPubSubHubResource } from '../../channel/resources.ts';

/** The keys of the service; either may be what an app knows. */
export const accessKeys = {
  primary: 'the-first-key-of-this-double',
  secondary: 'the-second-key-of-this-double',
} as const;

/** What an event is of. */
export interface EventOf {
  readonly connection: string;
  readonly hub: string;
  readonly userId: string | undefined;
}

export interface EventAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** How long the service waits for an answer, in milliseconds of the real clock: nobody says how long it really does. */
const patienceMs = 30_000;

/** The event handler of a hub, called as the service calls it. */
export class EventHandler {
  readonly #settings: WebPubSubHubResource['properties'];
  readonly #origin: string;
  readonly #now: () => number;

  /** @param origin - The name of the service, `acme.webpubsub.azure.com`. */
  constructor(settings: WebPubSubHubResource['properties'], origin: string, now: () => number) {
    this.#settings = settings;
    this.#origin = origin;
    this.#now = now;
  }

  get allowsAnonymous(): boolean {
    return this.#settings.anonymousConnectPolicy === 'allow';
  }

  /**
   * Asks whether the events are wanted.
   *
   * @see https://learn.microsoft.com/azure/azure-web-pubsub/howto-develop-eventhandler#upstream-and-validation
   */
  async isValid(): Promise<boolean> {
    const headers = { 'webhook-request-origin': this.#origin };
    const answer = await fetch(this.#url('validate'), { method: 'OPTIONS', headers });
    const allowed = (answer.headers.get('webhook-allowed-origin') ?? '').split(',').map((one) => one.trim());
    return answer.ok && (allowed.includes('*') || allowed.includes(this.#origin));
  }

  wants(event: 'connect' | 'connected' | 'disconnected' | 'message'): boolean {
    const [{ systemEvents, userEventPattern }] = this.#settings.eventHandlers;
    return event === 'message' ? userEventPattern === event : (systemEvents as readonly string[]).includes(event);
  }

  system(name: 'connect' | 'connected' | 'disconnected', of: EventOf, data: object): Promise<EventAnswer | undefined> {
    const type = `azure.webpubsub.sys.${name}`;
    return this.#post(name, type, of, 'application/json; charset=utf-8', JSON.stringify(data));
  }

  message(of: EventOf, frame: string | Uint8Array): Promise<EventAnswer | undefined> {
    const type = typeof frame === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
    return this.#post('message', 'azure.webpubsub.user.message', of, type, frame);
  }

  #url(event: string): string {
    return this.#settings.eventHandlers[0].urlTemplate.replaceAll('{event}', event);
  }

  /**
   * @returns `undefined` where there was no answer.
   * @see https://learn.microsoft.com/azure/azure-web-pubsub/reference-cloud-events
   */
  async #post(name: string, type: string, of: EventOf, contentType: string, body: string | Uint8Array) {
    const { connection, hub, userId } = of;
    const sign = (key: string): string => `sha256=${createHmac('sha256', key).update(connection).digest('hex')}`;
    const headers = {
      'WebHook-Request-Origin': this.#origin,
      'Content-Type': contentType,
      'ce-specversion': '1.0',
      'ce-type': type,
      'ce-source': `/hubs/${hub}/client/${connection}`,
      'ce-id': randomUUID(),
      'ce-time': new Date(this.#now()).toISOString(),
      'ce-signature': `${sign(accessKeys.primary)},${sign(accessKeys.secondary)}`,
      'ce-connectionId': connection,
      'ce-hub': hub,
      'ce-eventName': name,
      ...(userId === undefined ? {} : { 'ce-userId': userId }),
    };
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const answer = await fetch(this.#url(name), { method: 'POST', headers, body, signal });
      const text = await answer.text();
      return { status: answer.status, contentType: answer.headers.get('content-type') ?? '', text };
    } catch {
      return undefined;
    }
  }
}
