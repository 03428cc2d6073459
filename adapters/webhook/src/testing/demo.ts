import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a deployed API is called. */
export type Request = (request: {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}) => Promise<{ readonly status: number; readonly body: string }>;

/** How far ahead the task is, and how long everything may take; milliseconds. */
const aheadMs = 2_000;
const limitMs = 40_000;

/**
 * Creates a task over HTTP, on whatever cloud answers, and waits for it to fire at a receiver on loopback: at its time or
 * after it, under one id, and to be shown as succeeded.
 *
 * @param request - Calls the API of a deployed scheduling service that allows webhooks to loopback.
 * @param logs - What the deployment wrote, for a message when it fails.
 * @returns How late it arrived, in milliseconds.
 */
export async function runTaskThrough(request: Request, logs: () => string): Promise<number> {
  await using receiver = await startReceiver();
  const { arrivals, url } = receiver;
  const promisedAt = Date.now() + aheadMs;
  const task = {
    id: 'demo',
    at: new Date(promisedAt).toISOString(),
    target: { kind: 'webhook', url },
    payload: 'hello',
  };
  const headers = { 'content-type': 'application/json' };
  const created = await request({
    method: 'POST',
    target: '/scheduling/v1/tasks',
    headers,
    body: JSON.stringify(task),
  });
  assert.equal(created.status, 201, `${created.body}\n${logs()}`);

  const first = await until(
    () => arrivals[0],
    () => `nothing arrived\n${logs()}`,
  );
  await until(
    async () => {
      const { body } = await request({ target: '/scheduling/v1/tasks/demo' });
      return (JSON.parse(body) as { readonly state: string }).state === 'succeeded' ? true : undefined;
    },
    () => `the task did not succeed\n${logs()}`,
  );
  assert.ok(first.at >= promisedAt, `it came ${promisedAt - first.at} ms early`);
  assert.deepEqual([...new Set(arrivals.map(({ id }) => id))], [first.id], 'every delivery of one run has one id');
  return first.at - promisedAt;
}

async function startReceiver() {
  const arrivals: { readonly at: number; readonly id: string }[] = [];
  const server = createServer((incoming, response) => {
    arrivals.push({ at: Date.now(), id: String(incoming.headers['webhook-id']) });
    incoming.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { arrivals, url, [Symbol.asyncDispose]: async () => void server.close() };
}

/** Looks again and again until something is there, for a bounded time. */
async function until<T>(look: () => Promise<T | undefined> | T | undefined, failure: () => string): Promise<T> {
  for (const limitAt = Date.now() + limitMs; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > limitAt) throw new Error(`within ${limitMs} ms ${failure()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
