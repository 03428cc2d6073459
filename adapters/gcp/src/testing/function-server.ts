import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { PushRequest } from '../queue/push-request.ts';

/** What becomes of a request: resolves for 2xx, rejects for 500. */
export type Endpoint = (request: PushRequest) => Promise<void>;

/** Functions as Google's push services reach them: an HTTP server of the test's own process. */
export interface FunctionServer extends AsyncDisposable {
  urlOf(path: string): string;
  serve(path: string, endpoint: Endpoint): void;
  remove(path: string): void;
}

export async function startFunctionServer(): Promise<FunctionServer> {
  const endpoints = new Map<string, Endpoint>();
  const server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      const endpoint = endpoints.get(request.url ?? '');
      // A function that is not there, as Google's front end says it.
      if (endpoint === undefined) return response.writeHead(404).end();
      const answer = await endpoint({ headers: request.headers, body }).then(
        () => 204,
        () => 500,
      );
      return response.writeHead(answer).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (path) => `http://127.0.0.1:${port}${path}`,
    serve: (path, endpoint) => void endpoints.set(path, endpoint),
    remove: (path) => void endpoints.delete(path),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
