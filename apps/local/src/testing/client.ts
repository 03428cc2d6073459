import { TaskView } from '@portolan/scheduling';

/** An answer of the platform, read to its end. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look at whatever came
  readonly body: any;
}

/** Sends one request, with a JSON body where one is given. Rejects where there is no whole answer. */
export async function send(url: string, method = 'GET', body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    type,
    headers: response.headers,
    text,
    body: type.includes('json') ? (JSON.parse(text) as unknown) : undefined,
  };
}

/** The scheduling API of a platform. */
export const scheduling = (url: string, path: string): string => `${url}/scheduling/v1${path}`;

/** Every task of the platform, page by page. @throws where one is not whole. */
export async function listAll(url: string, query = '', limit = 500): Promise<TaskView[]> {
  const found: TaskView[] = [];
  for (let cursor: string | undefined; ;) {
    const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await send(scheduling(url, `/tasks?limit=${limit}${query}${after}`));
    if (status !== 200) throw new Error(`listing answered ${status}: ${JSON.stringify(body)}`);
    found.push(...(body.tasks as unknown[]).map((task) => TaskView.parse(task)));
    cursor = body.cursor as string | undefined;
    if (cursor === undefined) return found;
  }
}

/**
 * Asks again and again until the answer will do: for what a platform in another process does in its own time.
 *
 * @param withinMs - Milliseconds, after which the last answer is returned, so that an assertion can show it.
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  willDo: (answer: T) => boolean,
  withinMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (willDo(answer) || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
