import type { ObjectsHarness } from '@portolan/conformance';
import { httpApi } from '@portolan/http';
import { nodeServer, type NodeServer } from '@portolan/http/node';
import type { ConsumeOptions, Consumer, Consumption, ContractOf, MessagePort, Port } from '@portolan/kernel';
import { nodeEnvironment } from '@portolan/node';
import { once } from 'node:events';
import { request as send, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { objectPages } from '../objects/object-pages.ts';
import { LocalHarness } from './local-harness.ts';

/** The embedded platform's objects behind its HTTP server: a real disk and real requests, virtual time. */
export class LocalObjectsHarness implements ObjectsHarness {
  readonly local = new LocalHarness();
  readonly #server: NodeServer;
  #url = '';

  private constructor() {
    const { alarm } = this.local;
    const environment = nodeEnvironment(alarm);
    const schedule = (at: number, ring: () => void) => alarm.schedule(at, ring);
    this.#server = nodeServer(httpApi([], { environment }), {
      environment,
      schedule,
      // The process that answers is the one that runs by then.
      fallback: (request, response) => {
        const served = objectPages(this.local.runtime.links, environment.log)(request, response);
        if (!served) response.writeHead(404).end();
      },
    });
  }

  static async start(): Promise<LocalObjectsHarness> {
    const harness = new LocalObjectsHarness();
    const { port } = await harness.#server.listen(0);
    harness.#url = `http://127.0.0.1:${port}`;
    harness.local.runtime.links.publicUrl = harness.#url;
    return harness;
  }

  open<P extends Port>(port: P): Promise<ContractOf<P>> {
    return this.local.open(port);
  }

  consume(port: MessagePort, consumer: Consumer, options?: Partial<ConsumeOptions>): Promise<Consumption> {
    return this.local.consume(port, consumer, options);
  }

  now(): number {
    return this.local.now();
  }

  pass(durationMs: number): Promise<void> {
    return this.local.pass(durationMs);
  }

  settle(): Promise<void> {
    return this.local.settle();
  }

  async restart(): Promise<void> {
    await this.local.restart();
    this.local.runtime.links.publicUrl = this.#url;
  }

  async request(url: string, init: Parameters<ObjectsHarness['request']>[1] = {}) {
    const { method = 'GET', headers = {}, body } = init;
    // The target as it is: a parsed URL would be tidied up.
    const { port } = new URL(url);
    const chunked = headers['transfer-encoding'] !== undefined;
    const length = method === 'PUT' && !chunked ? { 'content-length': String(body?.length ?? 0) } : {};
    const path = url.slice(this.#url.length);
    const outgoing = send({ host: '127.0.0.1', port, method, path, headers: { ...length, ...headers }, agent: false });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    return {
      status: response.statusCode!,
      headers: Object.fromEntries(received) as Record<string, string>,
      body: new Uint8Array(await buffer(response)),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close(0);
    await this.local[Symbol.asyncDispose]();
  }
}
