import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Arrival } from '../audit/audit.ts';
import { isSigned } from './signature.ts';

/** A webhook as it came. */
export interface Hook extends Arrival {
  /** `/hook` */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The payload of its task. */
  readonly payload: unknown;
}

/** What the receiver answers. */
export interface HookAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WebhookReceiver extends AsyncDisposable {
  /** `http://127.0.0.1:40321`, without a path. */
  readonly url: string;
  /** Every webhook, in the order of arrival. */
  readonly hooks: readonly Hook[];
  /**
   * Resolves as soon as the condition holds; asked after each webhook.
   *
   * @param withinMs - Milliseconds.
   * @returns Whether it came to hold in time.
   */
  until(condition: (hooks: readonly Hook[]) => boolean, withinMs: number): Promise<boolean>;
}

/**
 * Starts a receiver of webhooks on this machine, which notes when each came and whether it was signed.
 *
 * @param secret - Asked anew for each webhook, so that the receiver may be there before the platform and its secret.
 * @param answer - The path and what came there before, this webhook not counted. @default 204
 */
export async function startWebhookReceiver(
  secret: () => string,
  answer: (hook: Omit<Hook, 'accepted'>) => HookAnswer | Promise<HookAnswer> = () => ({ status: 204 }),
): Promise<WebhookReceiver> {
  const hooks: Hook[] = [];
  const waiting = new Set<() => void>();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    // Before anything else: this is the instant that is held against the promise.
    const arrivedAt = Date.now();
    const receive = async (): Promise<void> => {
      const body = await text(request);
      const hook = {
        ...readHook(request.headers, body),
        path: request.url ?? '/',
        headers: request.headers,
        arrivedAt,
      };
      const seen = { ...hook, signed: isSigned(secret(), request.headers, body, arrivedAt) };
      const { status, headers } = await answer(seen);
      hooks.push({ ...seen, accepted: status >= 200 && status < 300 });
      response.writeHead(status, headers).end();
      for (const wake of waiting) wake();
    };
    // A sender that was killed while it sent has sent nothing.
    receive().catch(() => response.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hooks,
    until(condition, withinMs) {
      if (condition(hooks)) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (held: boolean): void => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(held);
        };
        const look = (): void => {
          if (condition(hooks)) settle(true);
        };
        const timer = setTimeout(() => settle(false), withinMs);
        waiting.add(look);
      });
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

function readHook(headers: IncomingHttpHeaders, body: string) {
  const { task, scheduledAt, payload } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return {
    task: String(task),
    webhookId: String(headers['webhook-id']),
    scheduledAt: Date.parse(String(scheduledAt)),
    payload,
  };
}
