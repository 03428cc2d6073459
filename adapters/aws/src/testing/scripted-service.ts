import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the SDK wrote it. */
export interface Asked {
  /** `PutItem`, `SendMessageBatch`: the operation's name. */
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** What is answered: an output, a refusal with a status, or nothing, as where a connection breaks. */
export type Answer =
  | { readonly output: unknown }
  | { readonly status: number; readonly type: string; /** Fields of the refusal. */ readonly more?: object }
  | 'broken';

export interface ScriptedService extends AsyncDisposable {
  readonly port: number;
  readonly asked: readonly Asked[];
}

/** A service of AWS's JSON protocols that answers as a test tells it: for what no engine can be brought to do. */
export async function scriptedService(answer: (asked: Asked, index: number) => Answer): Promise<ScriptedService> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1)!;
      const one = { operation, input: JSON.parse(body) as Record<string, unknown> };
      asked.push(one);
      const told = answer(one, asked.length - 1);
      if (told === 'broken') return request.socket.destroy();
      const failed = 'status' in told;
      response.writeHead(failed ? told.status : 200, { 'content-type': 'application/x-amz-json-1.0' });
      return response.end(
        JSON.stringify(failed ? { __type: told.type, message: told.type, ...told.more } : told.output),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
