import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a service answers: JSON, or an error by the name that the SDK knows it by. */
export type Answer =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'error'; readonly status: number; readonly name: string; readonly message: string };

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** The operation, where it is told in a header. */
  readonly target: string | undefined;
  readonly body: unknown;
}

/** A service of AWS that speaks JSON over HTTP, on a free port of loopback. */
export async function jsonDouble(
  answer: (asked: Asked) => Answer,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const answered = answer({
        method: request.method!,
        path: new URL(request.url!, 'http://localhost').pathname,
        target: request.headers['x-amz-target'] as string | undefined,
        body: body === '' ? undefined : JSON.parse(body),
      });
      const failed = answered.kind === 'error';
      response.writeHead(failed ? answered.status : 200, {
        'content-type': 'application/json',
        ...(failed ? { 'x-amzn-errortype': answered.name } : {}),
      });
      const told = failed ? { __type: answered.name, Message: answered.message } : answered.body;
      response.end(JSON.stringify(told));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
