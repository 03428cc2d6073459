import type { QueueClient } from '@azure/storage-queue';
import type { EngineProcess } from '@portolan/conformance/engine';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { QueueTriggerEvent } from '../../queue/trigger-event.ts';
import { EventGridHost } from '../event-grid-host.ts';
import type { Poller } from '../polling.ts';
import { QueueHost } from '../queue-host.ts';
import type { AppPlace } from './functions-worker.ts';
import { route, writeAnswer } from './host-http.ts';
import { hostSettingsIn, type HostSettings } from './host-settings.ts';
import type { FunctionMetadata, InvocationRequest, InvocationResponse, TypedData } from './rpc.ts';

export interface FunctionsHostOptions {
  /** The process of functions-worker.ts. It can run one app after the other. */
  readonly worker: Pick<EngineProcess, 'port'>;
  readonly app: AppPlace;
  /** The client of a queue, by the setting that names its storage account. */
  readonly queue: (connection: string, name: string) => Promise<QueueClient>;
}

/** What a function of the app was called with failed: there is no more to know from outside. */
export class FunctionFailure extends Error {
  override readonly name = 'FunctionFailure';
}

/**
 * A double of the Functions host: has a worker load an app, and calls its functions as their triggers say. HTTP by a server
 * of its own, storage queues by polling them, Event Grid by webhooks, timers when it is told to.
 *
 * Functions may take as long as they like: `functionTimeout` is left to the app.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-triggers-bindings
 */
export class FunctionsHost implements AsyncDisposable {
  readonly functions: readonly FunctionMetadata[];
  /** What failed functions said, for tests that fail. */
  readonly failures: string[] = [];
  readonly #worker: Pick<EngineProcess, 'port'>;
  readonly #settings: HostSettings;
  readonly #server: Server;
  #queues: readonly QueueHost[] = [];
  readonly #webhooks = new Map<string, { readonly url: string; readonly host: EventGridHost }>();

  private constructor(
    worker: Pick<EngineProcess, 'port'>,
    functions: readonly FunctionMetadata[],
    settings: HostSettings,
  ) {
    this.#worker = worker;
    this.#settings = settings;
    this.functions = functions;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start({ worker, app, queue }: FunctionsHostOptions): Promise<FunctionsHost> {
    const functions = (await ask(worker, '/load', app)) as readonly FunctionMetadata[];
    const host = new FunctionsHost(worker, functions, hostSettingsIn(app.directory));
    host.#queues = await Promise.all(host.#queueHosts(queue));
    await host.#openWebhooks();
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  /** Where its HTTP functions answer, on loopback. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get pollers(): readonly Poller[] {
    return [...this.#queues, ...[...this.#webhooks.values()].map(({ host }) => host)];
  }

  /** Where Event Grid calls a function. */
  webhookOf(name: string): string {
    return this.#webhooks.get(this.#named(name).name)!.url;
  }

  /**
   * Fires a timer. What is passed on is `TimerInfo` as .NET writes it; the status in it is kept by the host.
   *
   * @throws {FunctionFailure} where a real host would only log it.
   * @see https://github.com/Azure/azure-webjobs-sdk-extensions/blob/dev/src/WebJobs.Extensions/Extensions/Timers/TimerInfo.cs
   */
  async fireTimer(name: string, next: number, last?: number): Promise<void> {
    const text = (at: number): string => new Date(at).toISOString().replace('Z', '+00:00');
    const before = last === undefined ? '0001-01-01T00:00:00+00:00' : text(last);
    const call = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: before, Next: text(next), LastUpdated: before },
      IsPastDue: false,
    };
    await this.#call(this.#named(name), 'timerTrigger', { json: JSON.stringify(call) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What is never answered would be waited for in vain.
    for (const queue of this.#queues) void queue.stop();
    for (const { host } of this.#webhooks.values()) {
      void host.stop();
      host.close();
    }
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #queueHosts(client: FunctionsHostOptions['queue']): readonly Promise<QueueHost>[] {
    return this.functions.flatMap((fn) => {
      const trigger = Object.values(fn.bindings).find(({ type }) => type === 'queueTrigger');
      if (trigger === undefined) return [];
      const [connection, name] = [trigger['connection'], trigger['queueName']] as [string, string];
      const open = async (): Promise<QueueHost> => {
        const [own, poison] = await Promise.all([client(connection, name), client(connection, `${name}-poison`)]);
        return new QueueHost(own, poison, (event) => this.#callByQueue(fn, event), this.#settings.queues);
      };
      return [open()];
    });
  }

  async #openWebhooks(): Promise<void> {
    for (const fn of this.functions) {
      if (!Object.values(fn.bindings).some(({ type }) => type === 'eventGridTrigger')) continue;
      const host = new EventGridHost(async (event) => {
        await this.#call(fn, 'eventGridTrigger', { json: JSON.stringify(event) });
      });
      this.#webhooks.set(fn.name, { host, url: await host.listen() });
    }
  }

  /** @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#message-metadata */
  async #callByQueue(fn: FunctionMetadata, { message, triggerMetadata }: QueueTriggerEvent): Promise<void> {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    await this.#call(
      fn,
      'queueTrigger',
      { string: text },
      {
        QueueTrigger: { string: text },
        Id: { string: String(triggerMetadata.id) },
        DequeueCount: { json: JSON.stringify(triggerMetadata.dequeueCount) },
        InsertionTime: { json: JSON.stringify(triggerMetadata.insertionTime) },
      },
    );
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const routed = route(this.functions, this.#settings.routePrefix, request, await buffer(request));
    if (routed === undefined) return void response.writeHead(404).end();
    try {
      writeAnswer(response, (await this.#call(routed.fn, 'httpTrigger', { http: routed.http })) ?? {});
    } catch {
      response.writeHead(500).end();
    }
  }

  async #call(
    fn: FunctionMetadata,
    type: string,
    data: TypedData,
    triggerMetadata: Readonly<Record<string, TypedData>> = {},
  ): Promise<TypedData | null | undefined> {
    const binding = Object.entries(fn.bindings).find(([, one]) => one.type === type);
    if (binding === undefined) throw new RangeError(`function "${fn.name}" has no ${type}`);
    const request: InvocationRequest = {
      invocationId: randomUUID(),
      functionId: fn.functionId ?? fn.name,
      inputData: [{ name: binding[0], data }],
      triggerMetadata,
    };
    const { result, returnValue } = (await ask(this.#worker, '/invoke', request)) as InvocationResponse;
    if (result.status === 'success') return returnValue;
    this.failures.push(`${fn.name}: ${result.exception.stackTrace}`);
    throw new FunctionFailure(`${fn.name}: ${result.exception.message}`);
  }

  #named(name: string): FunctionMetadata {
    const fn = this.functions.find((one) => one.name === name);
    if (fn === undefined) throw new RangeError(`the app has no function "${name}"`);
    return fn;
  }
}

async function ask({ port }: Pick<EngineProcess, 'port'>, path: string, message: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(message) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
