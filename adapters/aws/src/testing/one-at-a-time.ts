import { once } from 'node:events';
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { AwsEngine } from './aws-engine.ts';

/**
 * Hands an engine one request after the other, in the order they come. For engines whose own threads show readers an item
 * that is half written, as moto's updates do: what DynamoDB does as one step is then one step here, and what the adapter
 * does in several still meets what others do in between.
 */
export async function oneAtATime(engine: AwsEngine): Promise<AwsEngine> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let last: Promise<void> = Promise.resolve();
  const server = createServer((request, response) => {
    last = last.then(() => forward(engine.port, agent, request, response)).catch(() => void response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    now: () => engine.now(),
    pass: (durationMs) => engine.pass(durationMs),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      agent.destroy();
      await engine[Symbol.asyncDispose]();
    },
  };
}

async function forward(port: number, agent: Agent, from: IncomingMessage, to: ServerResponse): Promise<void> {
  const body = await buffer(from);
  const { method = 'POST', url = '/', headers } = from;
  const out = send({ host: '127.0.0.1', port, agent, method, path: url, headers });
  out.end(body);
  const [answer] = (await once(out, 'response')) as [IncomingMessage];
  const text = await buffer(answer);
  to.writeHead(answer.statusCode ?? 500, answer.headers).end(text);
}
