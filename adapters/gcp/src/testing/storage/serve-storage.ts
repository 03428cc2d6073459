import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { StorageRequest } from './storage-answers.ts';
import type { StorageDouble } from './storage-double.ts';
import type { StorageFaults } from './storage-faults.ts';

/** Whether a request is for Cloud Storage: its API, or a bucket by its name. */
export const isForStorage = (url: string): boolean => !/^\/(v\d|double)\//.test(url);

/** Answers one request for Cloud Storage, with the faults that were asked for. */
export async function serveStorage(
  request: IncomingMessage,
  response: ServerResponse,
  storage: StorageDouble,
  faults: StorageFaults,
): Promise<void> {
  const given = await read(request);
  const fault = faults.take(given.method, `${given.path}?${given.search}`);
  const partly = fault?.storesBytes !== undefined || fault?.sendsBytes !== undefined;
  const done = fault === undefined || fault.done === true || partly;
  const {
    status,
    headers,
    body = Buffer.alloc(0),
  } = done ? storage.answer(given, fault?.storesBytes) : { status: 0, headers: {}, body: Buffer.alloc(0) };
  if (fault?.sendsBytes !== undefined) {
    response.writeHead(status, { ...defined(headers), 'content-length': body.length });
    response.write(body.subarray(0, fault.sendsBytes), () => response.destroy());
  } else if (fault !== undefined && (fault.status !== undefined || fault.storesBytes === undefined)) {
    if (fault.status === undefined) return void response.destroy();
    const error = { code: fault.status, message: 'as it was told', errors: [{ reason: 'backendError' }] };
    response.writeHead(fault.status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
  } else {
    response.writeHead(status, { ...defined(headers), ...(status === 204 ? {} : { 'content-length': body.length }) });
    response.end(given.method === 'HEAD' ? undefined : body);
  }
}

async function read(request: IncomingMessage): Promise<StorageRequest> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const search = mark === -1 ? '' : url.slice(mark + 1);
  return {
    method: request.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    search,
    query: new URLSearchParams(search),
    headers: request.headers,
    body: await buffer(request),
  };
}

const defined = (headers: Readonly<Record<string, string | undefined>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
