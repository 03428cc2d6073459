import { hostFunction, type Composition, type HostedFunction } from '@portolan/composition';
import { functionApi, type AllowedOrigins, type HttpApi } from '@portolan/http';
import { answerBy } from '@portolan/http/node';
import { reasonOf, type Schedule, type ServiceFunction } from '@portolan/kernel';
import type { Alarm } from '@portolan/node';
import { callerCheck, type CallerCheck } from './caller-check.ts';
import { callerSettings } from './caller-settings.ts';
import { deliveryOf } from './delivery.ts';
import {
  answer,
  answerText,
  httpRequestOf,
  type CloudRequest,
  type CloudRequestHead,
  type CloudResponse,
} from './request.ts';
import { tickAt } from './scheduler-call.ts';

/** What the functions of a service have in common. */
export interface Place {
  readonly composition: Composition;
  readonly alarm: Alarm;
  readonly timeoutMs: number;
  /** What tokens of a function's callers may be issued for, besides what its settings say. */
  readonly audiences?: (name: string) => readonly string[];
  readonly options: {
    readonly allowOrigin?: AllowedOrigins;
    readonly checkReplies?: boolean;
    readonly callers?: 'verified' | 'checked-by-platform';
  };
}

/** Answers requests. */
export interface Entry {
  /** Whether a request may come in, by all but its body, of which nothing need have been read; where not, it is answered. */
  admit(head: CloudRequestHead, response: CloudResponse): Promise<boolean>;
  /** Answers one that was admitted. */
  handle(request: CloudRequest, response: CloudResponse): Promise<void>;
}

/** Kept back of the time that Cloud Run gives, so that what is unfinished can be said and sent on before the request ends. */
const marginMs = 500;

/** Builds one function with what it uses. */
export async function entryOf(place: Place, name: string, fn: ServiceFunction): Promise<Entry> {
  const { composition, alarm, timeoutMs } = place;
  const schedule: Schedule = (at, ring) => alarm.schedule(at, ring);
  const deadlineAt = (): number => composition.environment.clock.now() + Math.max(0, timeoutMs - marginMs);
  const hosted = await hostFunction(composition, name, schedule);
  if (fn.trigger.kind === 'http') return httpEntry(apiOf(place, hosted), deadlineAt, schedule);
  return guarded(place, hosted, checkOf(place, name, fn), deadlineAt);
}

function apiOf({ composition, options }: Place, { name, bound }: HostedFunction): HttpApi {
  const { service, environment } = composition;
  return functionApi(service, name, bound, {
    environment,
    ...(options.allowOrigin === undefined ? {} : { allowOrigin: options.allowOrigin }),
    checkReplies: options.checkReplies ?? false,
  });
}

const httpEntry = (api: HttpApi, deadlineIn: () => number, schedule: Schedule): Entry => ({
  admit: async () => true,
  async handle(request, response) {
    const deadlineAt = deadlineIn();
    answer(response, await answerBy(deadlineAt, api.handle(httpRequestOf(request), { deadlineAt }), schedule));
  },
});

function checkOf({ composition, options, audiences }: Place, name: string, fn: ServiceFunction): CallerCheck {
  if (options.callers === 'checked-by-platform') return async () => ({ kind: 'trusted' });
  const settings = callerSettings(name, fn);
  if (settings.certificatesUrl !== undefined) {
    composition.environment.log.warn('tokens of callers are verified by other certificates than those of Google', {
      function: name,
      certificates: settings.certificatesUrl,
    });
  }
  return callerCheck({ ...settings, audiences: [...settings.audiences, ...(audiences?.(name) ?? [])] });
}

/** Messages, ticks and sweeps, from whoever may bring them. */
function guarded({ composition }: Place, hosted: HostedFunction, check: CallerCheck, deadlineIn: () => number): Entry {
  const { clock, log } = composition.environment;
  return {
    async admit({ method, headers }, response) {
      if (method !== 'POST') {
        response.setHeader('allow', 'POST');
        answerText(response, 405, 'Messages and ticks come by POST.');
        return false;
      }
      const verdict = await check(headers.authorization);
      if (verdict.kind === 'trusted') return true;
      const { status, reason } = verdict;
      log.warn('a caller was refused', { function: hosted.name, status, reason });
      if (status === 401) response.setHeader('www-authenticate', 'Bearer');
      answerText(response, status, `The caller may not call this function: ${reason}.`);
      return false;
    },
    async handle(request, response) {
      const at = tickAt(request, clock.now());
      if (at === undefined && hosted.trigger.kind !== 'message') {
        log.warn('a call that is no tick was refused', { function: hosted.name });
        return answerText(response, 400, 'This function runs by a schedule: only Cloud Scheduler calls it.');
      }
      try {
        await handed(hosted, request, at, deadlineIn());
        answer(response, { status: 204, headers: {} });
      } catch (error) {
        log.error('a call was not taken, and has to come again', { function: hosted.name, reason: reasonOf(error) });
        answerText(response, 503, 'It was not done, and has to come again.');
      }
    },
  };
}

async function handed(
  hosted: HostedFunction,
  request: CloudRequest,
  tickedAt: number | undefined,
  deadlineAt: number,
): Promise<void> {
  if (tickedAt === undefined) await hosted.receive(deliveryOf(request), deadlineAt);
  // A function of messages that is called by a schedule looks through what its port's adapter has to be asked for.
  else if (hosted.trigger.kind === 'message') await hosted.sweep(tickedAt, deadlineAt);
  else await hosted.tick(tickedAt, deadlineAt);
}
