import { app } from '@azure/functions';
import { compose, type Bindings } from '@portolan/composition';
import type { AllowedOrigins } from '@portolan/http';
import type { Environment, Service } from '@portolan/kernel';
import { jsonLog, logLevel, nodeEnvironment, systemAlarm, type Alarm } from '@portolan/node';
import type { ContainerModule } from 'inversify';
import { Calls } from './calls.ts';
import { registrationsOf, type Registration } from './registrations.ts';
import { appTimeZone } from './time-zone.ts';

export interface AzureFunctionsOptions {
  /** What functions are given instead of the process's clock, ids and randomness, and a log of JSON lines. */
  readonly environment?: Partial<Environment>;
  /** Loaded last, so that they may replace what adapters bring: a client, a setting. */
  readonly modules?: readonly ContainerModule[];
  /**
   * Origins whose pages may call the operations and open sockets. @default none: since Web PubSub goes by a name of its own,
   * programs alone may open them
   */
  readonly allowOrigin?: AllowedOrigins;
  /** Checks every reply against its operation's schema. @default false; on in tests */
  readonly checkReplies?: boolean;
  /** @default the system's */
  readonly alarm?: Alarm;
  /**
   * `functionTimeout` of host.json, in milliseconds: the host tells functions nothing of it, and ends the whole process of
   * one that runs longer. @default 5 min, as in the host.json of built apps and where the Consumption plan has none
   */
  readonly timeoutMs?: number;
  /** Settings of the function app. @default the process's environment */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Every method that operations may have, and those that come with them. */
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/**
 * Binds a service to Azure and registers its functions with the Functions host (`@azure/functions`, programming model v4):
 * one for each trigger, under the names of the service's functions, or made from them. To be called while the app's entry
 * file is loaded; several services may share an app as long as their functions have different names.
 *
 * Everything is registered at once, since the host asks for all functions of an app; but only what a called function uses is
 * built, with its first call. When time runs out, HTTP callers get 503, and messages without an answer count as failed.
 *
 * - **HTTP.** One route below the service's base takes every method. Callers need no key: who may do what is for the
 *   service to say. host.json must set `extensions.http.routePrefix` to `""`.
 * - **Storage queues.** The host hands over one message at a time, several side by side. It deletes what succeeds; what
 *   throws comes again after `extensions.queues.visibilityTimeout`, `maxDequeueCount` times, and then goes to
 *   `<queue>-poison`.
 * - **Event Grid.** Subscriptions deliver to the host's own endpoint, `/runtime/webhooks/EventGrid?functionName=<name>&code=<key>`,
 *   which answers Event Grid's validation by itself: the `validationCode` of the Event Grid schema, and the `OPTIONS` request
 *   (`WebHook-Request-Origin`) of CloudEvents. What throws is answered with an error, and delivered again by Event Grid.
 * - **Objects** come as messages of a storage queue, into which Event Grid puts what the account tells it.
 * - **Channels.** Web PubSub calls a route of its own, the path that the function declares, with the method POST, and with
 *   OPTIONS when it is set up. Callers need no key: the adapter looks at the signature.
 * - **Schedules** become timer triggers, as do the sweeps of adapters; see `planEvery` and `planCron`. A tick that fails is
 *   logged by the host and dropped.
 *
 * Logs are lines of JSON on standard output, which the host passes on to Application Insights as `Host.Function.Console`.
 *
 * @returns What was registered, as data: names, routes, queues, schedules.
 * @throws {CompositionError} when a limit of an adapter or of Azure Functions is passed.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference-node
 * @see https://learn.microsoft.com/azure/event-grid/end-point-validation-cloud-events-schema
 */
export function azureFunctions<const S extends Service>(
  service: S,
  bindings: Bindings<S, 'azure'>,
  options: AzureFunctionsOptions = {},
): readonly Registration[] {
  const { alarm = systemAlarm(), env = process.env } = options;
  const environment = nodeEnvironment(alarm, { log: jsonLog({ level: logLevel() }), ...options.environment });
  const composition = compose(service, 'azure', bindings, { environment, modules: options.modules ?? [] });
  const place = { timeZone: appTimeZone(env), now: environment.clock.now() };
  const registrations = registrationsOf(composition, place);
  const calls = new Calls(composition, { ...options, alarm });
  for (const registration of registrations) register(registration, calls);
  return registrations;
}

function register({ name, source, does }: Registration, calls: Calls): void {
  switch (source.kind) {
    case 'http': {
      const { route } = source;
      return app.http(name, { route, methods: [...methods], authLevel: 'anonymous', handler: calls.http(does) });
    }
    case 'webhook': {
      const { route } = source;
      const handler = calls.webhook(does);
      return app.http(name, { route, methods: ['OPTIONS', 'POST'], authLevel: 'anonymous', handler });
    }
    case 'timer':
      return app.timer(name, { schedule: source.plan.ncrontab, handler: calls.timer(does, source) });
    case 'storage-queue': {
      const { resource: queueName, connection } = source;
      return app.storageQueue(name, { queueName, connection, handler: calls.queue(does) });
    }
    case 'event-grid':
      return app.eventGrid(name, { handler: (event) => calls.receive(does, event) });
  }
}
