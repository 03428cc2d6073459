import { compose, hostFunction, type Bindings, type Composition, type HostedFunction } from '@portolan/composition';
import { functionApi, guardedSessions, problemTypes, type AllowedOrigins, type HttpApi } from '@portolan/http';
import { answerBy } from '@portolan/http/node';
import { PortError, type Environment, type Schedule, type Service, type ServiceFunction } from '@portolan/kernel';
import { jsonLog, logLevel, nodeEnvironment, once, systemAlarm, type Alarm } from '@portolan/node';
import type { Context } from 'aws-lambda';
import type { ContainerModule } from 'inversify';
import { noteAccount } from '../clients/account.ts';
import { isSocketEvent, type SocketAnswer } from '../channel/socket-event.ts';
import { isHttpEvent, requestOf, resultOf } from './http-event.ts';
import { tickAt } from './tick-event.ts';

export interface LambdaOptions {
  /** What functions are given instead of the process's clock, ids and randomness, and a log of JSON lines. */
  readonly environment?: Partial<Environment>;
  /** Loaded last, so that they may replace what adapters bring: a client, a setting. */
  readonly modules?: readonly ContainerModule[];
  /** Origins whose pages may call the operations and open sockets. @default none but that of the very host */
  readonly allowOrigin?: AllowedOrigins;
  /** Checks every reply against its operation's schema. @default false; on in tests */
  readonly checkReplies?: boolean;
  /** @default the system's */
  readonly alarm?: Alarm;
}

/** What is read of the runtime's own context: the time that is left, and the function's name, which tells its account. */
export type LambdaContext = Pick<Context, 'getRemainingTimeInMillis'> & Partial<Pick<Context, 'invokedFunctionArn'>>;

/** What the Lambda runtime calls. */
export type LambdaHandler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** Kept back of the time that Lambda gives, so that what is unfinished can be said and sent on before the process is frozen. */
const marginMs = 500;

/**
 * Binds a service to AWS: one Lambda handler for each of its functions, under their names.
 *
 * A handler builds what its function uses and nothing else, once in the life of a process; and during the start of the
 * process where the configured handler (`_HANDLER`) names it, since Lambda gives that phase a whole CPU. When the time runs
 * out, HTTP callers and clients that ask for a socket get 503, and messages without an answer are reported as failed while
 * the rest of their batch is not. API Gateway itself waits for 29 seconds: give functions behind it no more.
 *
 * Over HTTP the handler takes API Gateway's payload format 2.0 and function URLs; for sockets the events of a WebSocket API;
 * for messages what the port's adapter takes; for schedules {@link tickInput}, from EventBridge Scheduler, or the
 * "Scheduled Event" of a rule.
 *
 * @throws {CompositionError} when a limit of an adapter is passed.
 */
export function lambda<const S extends Service>(
  service: S,
  bindings: Bindings<S, 'aws'>,
  options: LambdaOptions = {},
): { readonly [Name in keyof S['functions']]: LambdaHandler } {
  const alarm = options.alarm ?? systemAlarm();
  const environment = nodeEnvironment(alarm, { log: jsonLog({ level: logLevel() }), ...options.environment });
  const composition = compose(service, 'aws', bindings, { environment, modules: options.modules ?? [] });
  const handlers = Object.entries(service.functions).map(([name, fn]) => [
    name,
    handlerOf(composition, name, fn, alarm, options),
  ]);
  return Object.fromEntries(handlers) as { readonly [Name in keyof S['functions']]: LambdaHandler };
}

function handlerOf(
  composition: Composition,
  name: string,
  fn: ServiceFunction,
  alarm: Alarm,
  options: LambdaOptions,
): LambdaHandler {
  const build = once(() => entryOf(composition, name, fn, alarm, options));
  if (process.env['_HANDLER']?.split('.').at(-1) === name) build().catch(() => {});
  return async (event, context) => {
    noteAccount(context.invokedFunctionArn);
    const entry = await build();
    const leftMs = Math.max(0, context.getRemainingTimeInMillis() - marginMs);
    return entry(event, composition.environment.clock.now() + leftMs);
  };
}

type Entry = (event: unknown, deadlineAt: number) => Promise<unknown>;

async function entryOf(
  composition: Composition,
  name: string,
  fn: ServiceFunction,
  alarm: Alarm,
  options: LambdaOptions,
): Promise<Entry> {
  const schedule: Schedule = (at, ring) => alarm.schedule(at, ring);
  const hosted = await hostFunction(composition, name, schedule, (sessions) =>
    guardedSessions(sessions, options.allowOrigin),
  );
  if (fn.trigger.kind === 'http') return httpEntry(apiOf(composition, hosted, options), schedule);
  if (fn.trigger.kind === 'message') return messageEntry(hosted);
  if (fn.trigger.kind === 'channel') return socketEntry(hosted, schedule);
  return async (event, deadlineAt) => {
    const at = tickAt(event);
    if (at === undefined) throw unexpected(hosted, event, 'a tick: a "Scheduled Event", or the input tickInput');
    await hosted.tick(at, deadlineAt);
  };
}

function apiOf(
  { service, environment }: Composition,
  { name, bound }: HostedFunction,
  options: LambdaOptions,
): HttpApi {
  return functionApi(service, name, bound, {
    environment,
    ...(options.allowOrigin === undefined ? {} : { allowOrigin: options.allowOrigin }),
    checkReplies: options.checkReplies ?? false,
  });
}

const httpEntry =
  (api: HttpApi, schedule: Schedule): Entry =>
  async (event, deadlineAt) => {
    if (!isHttpEvent(event)) {
      throw new PortError('invalid', 'expected an HTTP event in payload format 2.0, of API Gateway or a function URL');
    }
    return resultOf(await answerBy(deadlineAt, api.handle(requestOf(event), { deadlineAt }), schedule));
  };

const messageEntry =
  (hosted: HostedFunction): Entry =>
  async (event, deadlineAt) => {
    const at = tickAt(event);
    return at === undefined ? hosted.receive(event, deadlineAt) : hosted.sweep(at, deadlineAt);
  };

const socketEntry =
  (hosted: HostedFunction, schedule: Schedule): Entry =>
  async (event, deadlineAt) => {
    if (!isSocketEvent(event)) throw unexpected(hosted, event, 'an event of a WebSocket API');
    const { promise: late, resolve } = Promise.withResolvers<SocketAnswer>();
    const cancel = schedule(deadlineAt, () => resolve({ statusCode: problemTypes.unavailable.status }));
    return Promise.race([hosted.receive(event, deadlineAt), late]).finally(cancel);
  };

/** Names the fields of what came, and no value: payloads are not for logs. */
function unexpected({ name }: HostedFunction, event: unknown, expected: string): PortError {
  const given =
    typeof event === 'object' && event !== null
      ? `an object with the fields ${Object.keys(event).slice(0, 20).join(', ') || '(none)'}`
      : typeof event;
  return new PortError('invalid', `function "${name}" was called with ${given}, expected ${expected}`);
}
