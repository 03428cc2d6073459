import { randomUUID } from 'node:crypto';
import { nobody, type CallerIdentity, type OidcToken } from './caller-identity.ts';
import { post, type Dispatch, type Dispatches } from './dispatches.ts';
import { alreadyExists, invalidArgument, notFound, Refusal, type RestRequest } from './rest-server.ts';

/** @see https://cloud.google.com/tasks/docs/quotas */
const maxTaskBytes = 100_000;
const maxScheduleMs = 30 * 86_400_000;
/** How long a name is blocked after its task was executed or deleted. */
const tombstoneMs = 3_600_000;

interface TaskBody {
  readonly name?: string;
  readonly scheduleTime?: string;
  readonly dispatchDeadline?: string;
  readonly httpRequest?: {
    readonly url?: string;
    readonly httpMethod?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly oidcToken?: OidcToken;
  };
}

interface Task {
  readonly body: TaskBody;
  readonly name: string;
  readonly createTime: string;
  scheduledAt: number;
  retries: number;
  dispatch: Dispatch | undefined;
}

interface Queue {
  readonly config: Readonly<Record<string, unknown>>;
  paused: boolean;
  readonly tasks: Map<string, Task>;
  readonly tombstones: Map<string, number>;
}

/**
 * Cloud Tasks' REST API v2 with HTTP targets, as its documentation tells it: names and their tombstones, schedule times,
 * retries by the queue's configuration, pause and resume, deadlines of dispatches.
 *
 * @see https://cloud.google.com/tasks/docs/reference/rest
 */
export class TasksDouble {
  readonly #queues = new Map<string, Queue>();
  readonly #dispatches: Dispatches;
  readonly #identity: CallerIdentity;

  constructor(dispatches: Dispatches, identity: CallerIdentity = nobody) {
    this.#dispatches = dispatches;
    this.#identity = identity;
  }

  answer({ method, path, query, body }: RestRequest): unknown {
    const [, queueName = '', rest = ''] =
      /^(projects\/[^/]+\/locations\/[^/]+\/queues(?:\/[\w-]+)?)(.*)$/.exec(path) ?? [];
    const queue = this.#queues.get(queueName);
    if (method === 'POST' && queueName.endsWith('/queues')) return this.#createQueue(body);
    if (queue === undefined) throw notFound(`Queue does not exist: ${path}`);
    if (rest === '' && method === 'GET') return this.#shownQueue(queueName, queue);
    if (rest === ':pause' || rest === ':resume') return this.#setPaused(queueName, queue, rest === ':pause');
    if (rest === '/tasks' && method === 'POST') return this.#createTask(queueName, queue, body.task ?? {});
    if (rest === '/tasks' && method === 'GET') return listOf(queue, query);
    const task = queue.tasks.get(path);
    if (task === undefined) throw notFound('The task no longer exists, though a task with this name existed recently.');
    if (method === 'GET') return shownTask(task);
    if (method !== 'DELETE') throw notFound(`no method at ${method} ${path}`);
    this.#forget(queue, task);
    return {};
  }

  #createQueue(config: { readonly name?: string }): unknown {
    const name = config.name ?? '';
    if (!/^projects\/[^/]+\/locations\/[^/]+\/queues\/[A-Za-z0-9-]{1,100}$/.test(name))
      throw invalidArgument(`"${name}" is no name of a queue`);
    if (this.#queues.has(name)) throw alreadyExists('Queue already exists');
    const queue = { config, paused: false, tasks: new Map(), tombstones: new Map() };
    this.#queues.set(name, queue);
    return this.#shownQueue(name, queue);
  }

  #shownQueue(name: string, { config, paused }: Queue): unknown {
    return { ...config, name, state: paused ? 'PAUSED' : 'RUNNING' };
  }

  #setPaused(name: string, queue: Queue, paused: boolean): unknown {
    queue.paused = paused;
    for (const task of queue.tasks.values()) {
      if (paused && task.dispatch !== undefined) {
        this.#dispatches.remove(task.dispatch);
        task.dispatch = undefined;
      } else if (!paused) this.#schedule(queue, task);
    }
    return this.#shownQueue(name, queue);
  }

  #createTask(queueName: string, queue: Queue, body: TaskBody): unknown {
    const now = Date.now();
    const name = body.name ?? `${queueName}/tasks/${randomUUID()}`;
    checkTask(body, name, queueName, now);
    const until = queue.tombstones.get(name) ?? 0;
    if (queue.tasks.has(name) || until > now)
      throw alreadyExists('The task cannot be created because a task with this name existed too recently.');
    const given = body.scheduleTime === undefined ? now : Date.parse(body.scheduleTime);
    const task: Task = {
      body,
      name,
      createTime: new Date(now).toISOString(),
      scheduledAt: Math.max(given, now),
      retries: 0,
      dispatch: undefined,
    };
    queue.tasks.set(name, task);
    this.#schedule(queue, task);
    return shownTask(task);
  }

  #schedule(queue: Queue, task: Task): void {
    if (queue.paused || task.dispatch !== undefined) return;
    task.dispatch = { dueAt: task.scheduledAt, run: () => this.#run(queue, task) };
    this.#dispatches.add(task.dispatch);
  }

  async #run(queue: Queue, task: Task): Promise<void> {
    const { httpRequest = {}, dispatchDeadline } = task.body;
    const deadlineMs = dispatchDeadline === undefined ? 600_000 : Number.parseFloat(dispatchDeadline) * 1_000;
    const headers = {
      ...httpRequest.headers,
      ...this.#identity(httpRequest.oidcToken, httpRequest.url!),
      'user-agent': 'Google-Cloud-Tasks',
      'x-cloudtasks-queuename': task.name.split('/').at(-3)!,
      'x-cloudtasks-taskname': task.name.split('/').at(-1)!,
      'x-cloudtasks-taskretrycount': String(task.retries),
      'x-cloudtasks-tasketa': String(task.scheduledAt / 1_000),
    };
    const status = await post(httpRequest.url!, headers, Buffer.from(httpRequest.body ?? '', 'base64'), deadlineMs);
    task.dispatch = undefined;
    if (!queue.tasks.has(task.name)) return;
    if (status !== undefined && status >= 200 && status < 300) return this.#forget(queue, task);
    const { maxAttempts = 100, backoffMs } = retriesOf(queue, task.retries + 1);
    task.retries++;
    if (maxAttempts !== -1 && task.retries >= maxAttempts) return this.#forget(queue, task);
    task.scheduledAt = Date.now() + backoffMs;
    this.#schedule(queue, task);
  }

  #forget(queue: Queue, task: Task): void {
    if (task.dispatch !== undefined) this.#dispatches.remove(task.dispatch);
    queue.tasks.delete(task.name);
    queue.tombstones.set(task.name, Date.now() + tombstoneMs);
  }
}

/** @see https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#retryconfig */
function retriesOf({ config }: Queue, retry: number) {
  const {
    maxAttempts,
    minBackoff = '0.1s',
    maxBackoff = '3600s',
    maxDoublings = 16,
  } = (config['retryConfig'] ?? {}) as {
    readonly maxAttempts?: number;
    readonly minBackoff?: string;
    readonly maxBackoff?: string;
    readonly maxDoublings?: number;
  };
  const ms = (duration: string): number => Number.parseFloat(duration) * 1_000;
  const doubled = ms(minBackoff) * 2 ** Math.min(retry - 1, maxDoublings);
  return { maxAttempts, backoffMs: Math.min(ms(maxBackoff), doubled) };
}

function checkTask(body: TaskBody, name: string, queueName: string, now: number): void {
  if (!name.startsWith(`${queueName}/tasks/`) || !/\/tasks\/[\w-]{1,500}$/.test(name))
    throw invalidArgument(`"${name}" is no name of a task in this queue`);
  if (
    Buffer.byteLength(JSON.stringify({ ...body, httpRequest: { ...body.httpRequest, body: undefined } })) +
      Buffer.from(body.httpRequest?.body ?? '', 'base64').length >
    maxTaskBytes
  )
    throw invalidArgument(`Task size too large: at most ${maxTaskBytes} bytes`);
  if (!URL.canParse(body.httpRequest?.url ?? '')) throw invalidArgument('HttpRequest.url must be a URL');
  if (body.scheduleTime !== undefined) {
    const at = Date.parse(body.scheduleTime);
    if (Number.isNaN(at)) throw invalidArgument('Invalid value at task.schedule_time');
    if (at > now + maxScheduleMs) throw invalidArgument('The scheduleTime is more than 30 days in the future');
  }
  const deadline = Number.parseFloat(body.dispatchDeadline ?? '600s');
  if (!(deadline >= 15 && deadline <= 1_800))
    throw new Refusal(400, 'INVALID_ARGUMENT', 'Task.dispatchDeadline must be between 15s and 1800s');
}

function listOf(queue: Queue, query: URLSearchParams): unknown {
  const all = [...queue.tasks.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const size = Math.min(Number(query.get('pageSize') ?? 1_000), 1_000);
  const start = Number(query.get('pageToken') ?? 0);
  const tasks = all.slice(start, start + size).map(shownTask);
  return start + size < all.length ? { tasks, nextPageToken: String(start + size) } : { tasks };
}

function shownTask({ body, name, createTime, scheduledAt, retries }: Task): unknown {
  return { ...body, name, createTime, scheduleTime: new Date(scheduledAt).toISOString(), dispatchCount: retries };
}
