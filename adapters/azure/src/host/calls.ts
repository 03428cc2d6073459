import type { HttpHandler, StorageQueueHandler, TimerHandler } from '@azure/functions';
import { hostFunction, type Composition, type HostedFunction } from '@portolan/composition';
import { functionApi, guardedSessions, type HttpApi, type HttpApiOptions, type HttpResponse } from '@portolan/http';
import { answerBy } from '@portolan/http/node';
import { PortError, type Sessions } from '@portolan/kernel';
import { onceEach, type Alarm } from '@portolan/node';
import { requestOf, responseOf } from './http-message.ts';
import type { TimerSource, Work } from './registrations.ts';
import { tickOf } from './schedule-plan.ts';
import { timerInstants } from './timer-call.ts';

/** See `AzureFunctionsOptions`. */
export interface CallOptions extends Pick<HttpApiOptions, 'allowOrigin' | 'checkReplies'> {
  readonly alarm: Alarm;
  readonly timeoutMs?: number;
}

/** Kept back of the time that a function has, so that what is unfinished can be said and sent on. */
const marginMs = 5_000;

/**
 * The longest that an HTTP caller is kept waiting: Azure's load balancer gives up an idle connection then.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout
 */
const httpTimeoutMs = 230_000;

/** The handlers of one service. Each function is built once in the life of a process, by the first call that needs it. */
export class Calls {
  readonly #composition: Composition;
  readonly #options: CallOptions;
  readonly #built = new Map<string, Promise<HostedFunction>>();
  readonly #apis = new Map<string, Promise<HttpApi>>();

  constructor(composition: Composition, options: CallOptions) {
    this.#composition = composition;
    this.#options = options;
  }

  http(does: Work): HttpHandler {
    return async (request) => {
      const deadlineAt = this.#deadlineAt(httpTimeoutMs);
      const api = await onceEach(this.#apis, nameIn(does), () => this.#api(nameIn(does)));
      const answer = api.handle(await requestOf(request), { deadlineAt });
      return responseOf(await answerBy(deadlineAt, answer, this.#schedule));
    };
  }

  /** What a service that holds sockets has to tell, and its answer. */
  webhook(does: Work): HttpHandler {
    return async (request) => {
      const deadlineAt = this.#deadlineAt(httpTimeoutMs);
      const hosted = await this.#hosted(nameIn(does));
      const answer = hosted.receive(await requestOf(request), deadlineAt) as Promise<HttpResponse>;
      return responseOf(await answerBy(deadlineAt, answer, this.#schedule));
    };
  }

  queue(does: Work): StorageQueueHandler {
    return (message, { triggerMetadata }) => this.receive(does, { message, triggerMetadata: triggerMetadata ?? {} });
  }

  async receive(does: Work, event: unknown): Promise<void> {
    const deadlineAt = this.#deadlineAt();
    await (await this.#hosted(nameIn(does))).receive(event, deadlineAt);
  }

  timer(does: Work, { plan }: TimerSource): TimerHandler {
    return async (call) => {
      const now = this.#now();
      const at = tickOf(plan, timerInstants(call, now), now);
      // A call that the schedule does not ask for builds nothing.
      if (at === undefined) return;
      const deadlineAt = this.#deadlineAt();
      if (does.kind === 'sweep-port') return this.#before(deadlineAt, this.#sweepPort(does.port, at));
      const hosted = await this.#hosted(does.function);
      await (does.kind === 'sweep'
        ? this.#before(deadlineAt, hosted.sweep(at, deadlineAt))
        : hosted.tick(at, deadlineAt));
    };
  }

  readonly #schedule = (at: number, ring: () => void): (() => void) => this.#options.alarm.schedule(at, ring);

  #now(): number {
    return this.#composition.environment.clock.now();
  }

  #deadlineAt(limitMs = Infinity): number {
    const { timeoutMs = 300_000 } = this.#options;
    return this.#now() + Math.max(0, Math.min(timeoutMs, limitMs) - marginMs);
  }

  #hosted(name: string): Promise<HostedFunction> {
    const guard = (sessions: Sessions): Sessions => guardedSessions(sessions, this.#options.allowOrigin);
    return onceEach(this.#built, name, () => hostFunction(this.#composition, name, this.#schedule, guard));
  }

  async #api(name: string): Promise<HttpApi> {
    const { service, environment } = this.#composition;
    const { allowOrigin, checkReplies = false } = this.#options;
    const { bound } = await this.#hosted(name);
    return functionApi(service, name, bound, {
      environment,
      ...(allowOrigin === undefined ? {} : { allowOrigin }),
      checkReplies,
    });
  }

  /** A sweep that takes too long is left to itself: the host would end the process, with all that runs in it. */
  async #before(deadlineAt: number, sweep: Promise<void>): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = this.#schedule(deadlineAt, () => reject(new PortError('timeout', 'a sweep takes too long')));
    await Promise.race([sweep, late]).finally(cancel);
  }

  async #sweepPort(port: string, at: number): Promise<void> {
    const contracts = await this.#composition.contracts([port]);
    await (contracts[port] as { sweep?(at: number): Promise<unknown> }).sweep?.(at);
  }
}

/** A port's sweep runs no function of the service. */
const nameIn = (does: Work): string => (does.kind === 'sweep-port' ? does.port : does.function);
