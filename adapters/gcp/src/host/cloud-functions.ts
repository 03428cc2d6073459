import { compose, CompositionError, type Bindings } from '@portolan/composition';
import type { AllowedOrigins } from '@portolan/http';
import { reasonOf, type Environment, type Service, type ServiceFunction } from '@portolan/kernel';
import { once, systemAlarm, type Alarm } from '@portolan/node';
import type { ContainerModule } from 'inversify';
import { callerSettings } from './caller-settings.ts';
import { entryOf, type Place } from './entry.ts';
import { hostEnvironment } from './host-environment.ts';
import { answerText, type CloudRequest, type CloudResponse } from './request.ts';
import { inTraceOf } from './request-trace.ts';

export interface CloudFunctionsOptions {
  /** What functions are given instead of the process's clock, ids and randomness, and a log of JSON lines. */
  readonly environment?: Partial<Environment>;
  /** Loaded last, so that they may replace what adapters bring: a client, a setting. */
  readonly modules?: readonly ContainerModule[];
  /** Origins whose pages may call the operations and, of `cloudRun`, open sockets. @default none but that of the very host */
  readonly allowOrigin?: AllowedOrigins;
  /** Checks every reply against its operation's schema. @default false; on in tests */
  readonly checkReplies?: boolean;
  /** @default the system's */
  readonly alarm?: Alarm;
  /**
   * The request timeout that the functions are deployed with, in milliseconds, above 1,000.
   *
   * @default `CLOUD_RUN_TIMEOUT_SECONDS`, which Cloud Run sets, or else 60,000
   * @see https://cloud.google.com/run/docs/configuring/request-timeout
   */
  readonly timeoutMs?: number;
  /**
   * Who sees to it that messages and ticks come from nobody but Google's services. `'verified'`: the function verifies the
   * token of each call, as {@link callerSettings} say. `'checked-by-platform'`: IAM lets nobody else call the function; it
   * must then not be public, since whoever reaches it is believed; cloudRun(), where all functions are behind one policy,
   * refuses it beside operations and sockets. A private service cannot verify by itself, because Cloud
   * Run takes the signature off the tokens that it has checked.
   *
   * @default 'verified'
   * @see https://cloud.google.com/run/docs/troubleshooting#signature-removed
   */
  readonly callers?: 'verified' | 'checked-by-platform';
}

/** What the Functions Framework calls for a request, with the signature type `http`. */
export type CloudFunction = (request: CloudRequest, response: CloudResponse) => Promise<void>;

/**
 * Binds a service to Google Cloud: one function for each of its functions, under their names, to be exported. All are of the
 * signature type `http`; each is deployed by itself.
 *
 * A function builds what it uses and nothing else, once in the life of a process; and during the start of the process where
 * `FUNCTION_TARGET` names it. One process may serve many requests at a time. When the time runs out, HTTP callers get 503,
 * and messages without an answer count as failed.
 *
 * Messages come from Cloud Tasks, from push subscriptions of Pub/Sub or through Eventarc; ticks from Cloud Scheduler. They
 * are answered with 204 when they need not come again, with 503 when they must, and with 401 or 403 when whoever calls may
 * not: every status beside 2xx has these services call again.
 *
 * @throws {CompositionError} when a limit of an adapter is passed; when a function of sockets is asked for, which only
 *   cloudRun() can serve.
 * @throws {PortError} `invalid` when the function that `FUNCTION_TARGET` names has no settings to know its callers by, so
 *   that a deployment without them fails.
 */
export function cloudFunctions<const S extends Service>(
  service: S,
  bindings: Bindings<S, 'gcp'>,
  options: CloudFunctionsOptions = {},
): { readonly [Name in keyof S['functions']]: CloudFunction } {
  const alarm = options.alarm ?? systemAlarm();
  const environment = hostEnvironment(alarm, options.environment);
  const composition = compose(service, 'gcp', bindings, { environment, modules: options.modules ?? [] });
  const place = { composition, alarm, options, timeoutMs: options.timeoutMs ?? requestTimeoutMs() };
  const functions = {};
  for (const [name, fn] of Object.entries(service.functions)) {
    if (fn.trigger.kind === 'channel') refuseSockets(functions, service.name, name);
    else Object.assign(functions, { [name]: functionOf(place, name, fn) });
  }
  return functions as { readonly [Name in keyof S['functions']]: CloudFunction };
}

/** Whoever asks for the function of a channel is told why there is none; all others are to be had. */
function refuseSockets(functions: object, service: string, name: string): void {
  const refuse = (): never => {
    throw new CompositionError(
      `service "${service}": function "${name}" serves sockets, which a Cloud Function cannot hold; serve it with cloudRun()`,
    );
  };
  if (process.env['FUNCTION_TARGET'] === name) refuse();
  // Not listed, so that whoever goes through the others does not ask for it.
  Object.defineProperty(functions, name, { get: refuse, enumerable: false });
}

function functionOf(place: Place, name: string, fn: ServiceFunction): CloudFunction {
  const { composition, options } = place;
  const { log } = composition.environment;
  const build = once(() => entryOf(place, name, fn));
  if (process.env['FUNCTION_TARGET'] === name) {
    if (fn.trigger.kind !== 'http' && options.callers !== 'checked-by-platform') callerSettings(name, fn);
    build().catch(() => {});
  }
  const serve: CloudFunction = async (request, response) => {
    try {
      const entry = await build();
      if (await entry.admit(request, response)) await entry.handle(request, response);
    } catch (error) {
      log.error('the function could not be called', { function: name, reason: reasonOf(error) });
      answerText(response, 503, 'The function could not be called; its log says why.');
    }
  };
  return (request, response) => inTraceOf(request, process.env['GOOGLE_CLOUD_PROJECT'], () => serve(request, response));
}

/** @throws {RangeError} for what is no number of seconds. */
function requestTimeoutMs(env: NodeJS.ProcessEnv = process.env): number {
  const seconds = Number(env['CLOUD_RUN_TIMEOUT_SECONDS'] ?? 60);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds * 1_000;
  throw new RangeError(
    `CLOUD_RUN_TIMEOUT_SECONDS must be a number of seconds, not "${env['CLOUD_RUN_TIMEOUT_SECONDS']}"`,
  );
}
