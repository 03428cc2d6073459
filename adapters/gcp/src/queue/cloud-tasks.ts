import { days, PortError, type Port } from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { functionUrl, invoker } from '../clients/settings.ts';
import { hasStatus } from '../errors/google-fault.ts';

/**
 * How far ahead a task may be scheduled: 30 days, less an hour for clocks that differ.
 *
 * @see https://cloud.google.com/tasks/docs/quotas
 */
export const maxScheduleMs = days(30) - 3_600_000;
/** Bounds of how long a call may take. @see https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks */
const minDispatchMs = 15_000;
const maxDispatchMs = 1_800_000;
/** Longer than the function itself waits, so that it is the one to say what becomes of the message. */
const marginMs = 10_000;

/** What Cloud Tasks is told of calls to a function. */
export interface CallSettings {
  /** Where the function is called. @default the environment's `PORTOLAN_URL_<PORT>`, or `PORTOLAN_URL` */
  readonly url?: string;
  /** The service account in whose name. @default the environment's `PORTOLAN_INVOKER`; without it, calls carry no token */
  readonly serviceAccount?: string;
}

export interface NewTask {
  readonly body: string;
  /** Not before; milliseconds since 1970. At most {@link maxScheduleMs} ahead, or it is called sooner. */
  readonly notBefore?: number;
  /** Another task of this name is not accepted while it stands, and for about an hour after. */
  readonly name?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One queue of Cloud Tasks, whose tasks call one function. */
export class TaskQueue {
  readonly #rest: GoogleRest;
  readonly #queue: string;
  readonly #port: Port & { readonly visibilityMs: number };
  readonly #settings: CallSettings;
  readonly #now: () => number;

  /** @param queue - `projects/p/locations/l/queues/q` */
  constructor(
    rest: GoogleRest,
    queue: string,
    port: Port & { readonly visibilityMs: number },
    settings: CallSettings,
    now: () => number,
  ) {
    this.#rest = rest;
    this.#queue = queue;
    this.#port = port;
    this.#settings = settings;
    this.#now = now;
  }

  /** @returns Whether it was created: a task of its name may stand, or may have stood not long ago. */
  async create({ body, notBefore, name, headers = {} }: NewTask): Promise<boolean> {
    const task = {
      ...(name === undefined ? {} : { name: `${this.#queue}/tasks/${name}` }),
      ...this.#schedule(notBefore),
      dispatchDeadline: `${dispatchMs(this.#port.visibilityMs) / 1_000}s`,
      httpRequest: {
        httpMethod: 'POST',
        ...this.#target(),
        headers: { 'Content-Type': 'application/json', ...headers },
        body: Buffer.from(body).toString('base64'),
      },
    };
    try {
      // Without a name a task may come to be twice, as everything here is at least once.
      await this.#rest.call({ method: 'POST', path: `${this.#queue}/tasks`, body: { task }, repeatable: true });
      return true;
    } catch (error) {
      if (name !== undefined && hasStatus(error, 'ALREADY_EXISTS')) return false;
      throw error;
    }
  }

  /** Deletes a task; nothing happens where there is none. */
  async delete(name: string): Promise<void> {
    try {
      await this.#rest.call({ method: 'DELETE', path: `${this.#queue}/tasks/${name}`, repeatable: true });
    } catch (error) {
      if (!hasStatus(error, 'NOT_FOUND')) throw error;
    }
  }

  #schedule(notBefore: number | undefined): { readonly scheduleTime?: string } {
    const now = this.#now();
    if (notBefore === undefined || notBefore <= now) return {};
    return { scheduleTime: new Date(Math.min(notBefore, now + maxScheduleMs)).toISOString() };
  }

  #target() {
    const url = this.#settings.url ?? functionUrl(this.#port.name);
    if (!URL.canParse(url))
      throw new PortError('invalid', `${this.#port.kind} "${this.#port.name}": "${url}" is no URL`);
    const serviceAccountEmail = this.#settings.serviceAccount ?? invoker();
    return serviceAccountEmail === undefined ? { url } : { url, oidcToken: { serviceAccountEmail, audience: url } };
  }
}

/** How long Cloud Tasks waits for an answer. */
export const dispatchMs = (visibilityMs: number): number =>
  Math.min(Math.max(visibilityMs + marginMs, minDispatchMs), maxDispatchMs);
