import { request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ClientRequest, ClientResponse } from '../host/host-harness.ts';

/** Sends a request over loopback, its target as it is: `fetch` would tidy it up. */
export function requestOver(port: number, request: ClientRequest): Promise<ClientResponse> {
  const { method = 'GET', target, headers = {}, body } = request;
  const { promise, resolve, reject } = Promise.withResolvers<ClientResponse>();
  const outgoing = send({ host: '127.0.0.1', port, method, path: target, headers, agent: false }, (incoming) => {
    text(incoming).then((received) => {
      const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
      resolve({
        status: incoming.statusCode!,
        headers: Object.fromEntries(headers) as ClientResponse['headers'],
        body: received,
      });
    }, reject);
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}
