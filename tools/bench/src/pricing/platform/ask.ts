import { Agent, request } from 'node:http';
import type { BoundFunction, OperationCall } from '@portolan/kernel';
import { operations } from '@portolan/pricing';

export type OperationName = keyof typeof operations;

/** Asks the pricing service for something. Rejects with what was refused. */
export type Ask = <Body>(operation: OperationName, call?: OperationCall) => Promise<Body>;

/** Asks in the same process. */
export const askInProcess = (api: BoundFunction): Ask =>
  async function ask<Body>(operation: OperationName, call: OperationCall = {}) {
    const reply = await api.call(operation, call);
    if (reply.kind === 'problem') throw new Error(`${operation}: ${reply.problem}: ${reply.detail}`);
    return reply.body as Body;
  };

/** Asks over HTTP, on connections that stay open. */
export interface HttpAsk {
  readonly ask: Ask;
  close(): void;
}

/** @param url - `http://127.0.0.1:40321` */
export function askOverHttp(url: string, connections: number): HttpAsk {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const ask = async <Body>(operation: OperationName, { params, query, body }: OperationCall = {}) => {
    const given = (params ?? {}) as Readonly<Record<string, string>>;
    const { method, path } = operations[operation];
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given[name]!));
    const search = new URLSearchParams((query ?? {}) as Readonly<Record<string, string>>).toString();
    const target = `${url}/pricing/v1${filled}${search === '' ? '' : `?${search}`}`;
    const { status, text } = await exchange(agent, method, target, body);
    if (status >= 400) throw new Error(`${operation}: HTTP ${status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as Body;
  };
  return { ask, close: () => agent.destroy() };
}

function exchange(agent: Agent, method: string, url: string, body: unknown) {
  return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString() }));
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
