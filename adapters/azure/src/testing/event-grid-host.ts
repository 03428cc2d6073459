import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CloudEvent } from '../topic/cloud-event.ts';

interface ValidationEvent {
  readonly eventType: string;
  readonly data: { readonly validationCode: string };
}

/**
 * What the Functions host does with an Event Grid trigger: it answers the validation of its webhook itself, calls the
 * function with each event, and answers 202 when that returns, 500 when it throws.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-grid-trigger
 * @see https://learn.microsoft.com/azure/event-grid/receive-events
 */
export class EventGridHost {
  readonly #call: (event: CloudEvent) => Promise<void>;
  readonly #running = new Set<Promise<void>>();
  readonly #server: Server;
  #calls = 0;
  #seen = 0;
  #stopped = false;

  constructor(call: (event: CloudEvent) => Promise<void>) {
    this.#call = call;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get running(): ReadonlySet<Promise<void>> {
    return this.#running;
  }

  /** @returns Where it is called. */
  listen(): Promise<string> {
    return new Promise((resolve) =>
      this.#server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/runtime/webhooks/eventgrid`),
      ),
    );
  }

  /** It is called: there is nothing to take. @returns How many calls have come since. */
  async poll(): Promise<number> {
    const fresh = this.#calls - this.#seen;
    this.#seen = this.#calls;
    return fresh;
  }

  /** Refuses whatever comes, as an app does that is stopped, and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  resume(): void {
    this.#stopped = false;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await text(request);
    if (request.method === 'OPTIONS') {
      const origin = request.headers['webhook-request-origin'] as string;
      response.writeHead(200, { 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*' }).end();
      return;
    }
    const body = JSON.parse(received) as CloudEvent | readonly ValidationEvent[];
    if (request.headers['aeg-event-type'] === 'SubscriptionValidation') {
      const [{ data } = { data: { validationCode: '' } }] = body as readonly ValidationEvent[];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ validationResponse: data.validationCode }));
      return;
    }
    if (this.#stopped) {
      response.writeHead(503).end();
      return;
    }
    this.#calls++;
    const run = this.#call(body as CloudEvent)
      .then(() => response.writeHead(202).end())
      .catch(() => response.writeHead(500).end())
      .then(() => {
        this.#running.delete(run);
      });
    this.#running.add(run);
  }
}
