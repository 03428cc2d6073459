import { compose, CompositionError, hostFunction, type Bindings, type Composition } from '@portolan/composition';
import { httpApi, type HttpApi } from '@portolan/http';
import { nodeServer } from '@portolan/http/node';
import { HeldSockets, Upgrades } from '@portolan/http/sockets';
import { reasonOf, type Consumption, type Service, type SocketSource } from '@portolan/kernel';
import { closableAlarm, once, systemAlarm, type Alarm } from '@portolan/node';
import { ContainerModule } from 'inversify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { socketsToken, type RunSockets } from '../channel/run-sockets.ts';
import type { CloudFunctionsOptions } from './cloud-functions.ts';
import { entryOf, type Entry, type Place } from './entry.ts';
import { hostEnvironment } from './host-environment.ts';
import { readBody } from './read-body.ts';
import { answerText } from './request.ts';
import { inTraceOf } from './request-trace.ts';
import { functionPath, routesOf, type Route } from './run-routes.ts';

export interface CloudRunOptions extends Omit<CloudFunctionsOptions, 'timeoutMs'> {
  /** @default `PORT`, which Cloud Run sets, or else 8080 */
  readonly port?: number;
  /** @default '0.0.0.0', every interface, as Cloud Run asks for */
  readonly host?: string;
  /**
   * How long one operation, message or tick may take, in milliseconds, above 1,000; below the service's request timeout, which
   * has to be as long as sockets shall last.
   *
   * @default 60,000
   */
  readonly answerWithinMs?: number;
  /** How long `stop` waits for what is under way, in milliseconds; Cloud Run gives 10 s. @default 9,000 */
  readonly graceMs?: number;
}

/** A service that is served in this process. */
export interface CloudRunServer extends AsyncDisposable {
  readonly port: number;
  /**
   * Takes nothing new, says goodbye to sockets (1001), waits for what is under way, and lets everything go. Called when Cloud
   * Run sends SIGTERM; the process then ends.
   */
  stop(): Promise<void>;
}

/**
 * Serves a whole service in one container of Cloud Run, sockets included: operations at their paths, sockets at theirs, and
 * messages, ticks and sweeps at {@link functionPath}, where push subscriptions, Cloud Scheduler and Cloud Tasks call. Who
 * calls there is verified as by cloudFunctions(); the tokens may be issued for `PORTOLAN_URL` with that path, too.
 *
 * Everything is built before the server listens, so that a revision that cannot work never serves. Sockets need HTTP/1: the
 * service must be deployed without HTTP/2 end to end.
 *
 * @throws {CompositionError} when a limit of an adapter is passed; for `checked-by-platform` where there are operations or
 *   sockets: a service has one IAM policy, and whoever may call these could bring messages, too.
 * @throws {PortError} `invalid` when a function has no settings to know its callers by; what a channel throws that cannot
 *   be served.
 * @see https://cloud.google.com/run/docs/container-contract
 */
export async function cloudRun<const S extends Service>(
  service: S,
  bindings: Bindings<S, 'gcp'>,
  options: CloudRunOptions = {},
): Promise<CloudRunServer> {
  if (options.callers === 'checked-by-platform') checkPrivate(service);
  const alarm = closableAlarm(options.alarm ?? systemAlarm());
  const environment = hostEnvironment(alarm, options.environment);
  const upgrades = new Upgrades();
  const modules = [socketsModule(upgrades, alarm), ...(options.modules ?? [])];
  const composition = compose(service, 'gcp', bindings, { environment, modules });
  const { answerWithinMs: timeoutMs = 60_000, graceMs = 9_000 } = options;
  const place: Place = { composition, alarm, options, timeoutMs, audiences: audiencesOf };
  const port = portOf(options);
  const channels: Consumption[] = [];
  try {
    const route = routesOf(composition);
    const entries = await entriesOf(place);
    const api = tracedApi(await apiOf(place));
    channels.push(...(await serveChannels(place)));
    const server = nodeServer(api, {
      environment,
      answerWithinMs: timeoutMs,
      schedule: (at, ring) => alarm.schedule(at, ring),
      upgrades,
      fallback: (request, response) => answerPlatform(route, entries, request, response),
    });
    const address = await server.listen(port, options.host ?? '0.0.0.0');
    const drain = async (): Promise<void> => {
      try {
        await Promise.all(channels.map((one) => one.stop()));
      } finally {
        await server.close(graceMs);
      }
    };
    return { port: address.port, ...stoppable(composition, drain, graceMs, alarm) };
  } catch (error) {
    await Promise.allSettled(channels.map((one) => one.stop()));
    await composition.close();
    alarm.close();
    throw error;
  }
}

/** Whoever opens a service's pages to browsers opens it all. @see https://cloud.google.com/run/docs/securing/managing-access */
function checkPrivate({ name, functions }: Service): void {
  const open = Object.entries(functions).find(([, { trigger: { kind } }]) => kind === 'http' || kind === 'channel'); // prettier-ignore
  if (open === undefined) return;
  throw new CompositionError(
    `service "${name}": { callers: 'checked-by-platform' } would believe whoever may call function "${open[0]}"; ` +
      `leave it out, so that tokens are verified, or serve that function in a service of its own`,
  );
}

const socketsModule = (upgrades: Upgrades, alarm: Alarm): ContainerModule => {
  const schedule = (at: number, ring: () => void) => alarm.schedule(at, ring);
  const sockets: RunSockets = { hold: (port, options) => new HeldSockets(port, { ...options, upgrades, schedule }) };
  return new ContainerModule(({ isBound, rebind }) => {
    if (isBound(socketsToken)) rebind(socketsToken).toConstantValue(async () => sockets);
  });
};

/** What tokens of callers may be issued for, besides what settings say. */
function audiencesOf(name: string): readonly string[] {
  const url = process.env['PORTOLAN_URL'];
  return url === undefined ? [] : [`${url.replace(/\/$/, '')}${functionPath(name)}`];
}

/** The functions that the platform calls. */
async function entriesOf(place: Place): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for (const [name, fn] of Object.entries(place.composition.service.functions)) {
    if (fn.trigger.kind === 'http' || fn.trigger.kind === 'channel') continue;
    entries.set(name, await entryOf(place, name, fn));
  }
  return entries;
}

/** The operations of all functions behind HTTP. */
async function apiOf({ composition, alarm, options }: Place): Promise<HttpApi> {
  const { service, environment } = composition;
  const behindHttp = Object.entries(service.functions).filter(([, { trigger }]) => trigger.kind === 'http');
  const hosted = new Map<string, Awaited<ReturnType<typeof hostFunction>>>();
  for (const [name] of behindHttp)
    hosted.set(name, await hostFunction(composition, name, (at, ring) => alarm.schedule(at, ring)));
  const mounted = { ...service, functions: Object.fromEntries(behindHttp) };
  return httpApi(
    [{ service: mounted, call: (name, operation, call) => hosted.get(name)!.bound.call(operation, call) }],
    {
      environment,
      ...(options.allowOrigin === undefined ? {} : { allowOrigin: options.allowOrigin }),
      checkReplies: options.checkReplies ?? false,
    },
  );
}

const tracedApi = (api: HttpApi): HttpApi => ({
  ...api,
  handle: (request, meta) => inTraceOf(request, process.env['GOOGLE_CLOUD_PROJECT'], () => api.handle(request, meta)),
});

async function serveChannels({ composition }: Place): Promise<readonly Consumption[]> {
  const serving: Consumption[] = [];
  try {
    for (const [name, { trigger }] of Object.entries(composition.service.functions)) {
      if (trigger.kind !== 'channel') continue;
      const { sessions } = await composition.bind(name);
      const contracts = await composition.contracts([trigger.port.name]);
      const source = contracts[trigger.port.name] as SocketSource;
      serving.push(await source.serve(sessions, { path: trigger.path }));
    }
    return serving;
  } catch (error) {
    await Promise.allSettled(serving.map((one) => one.stop()));
    throw error;
  }
}

/** Answers what the platform calls with: everything that is no operation. */
async function answerPlatform(
  route: Route,
  entries: ReadonlyMap<string, Entry>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const entry = entries.get(route(url.split('?', 1)[0]!, headers) ?? '');
  if (entry === undefined) return answerText(response, 404, 'There is nothing at this path.');
  await inTraceOf(request, process.env['GOOGLE_CLOUD_PROJECT'], async () => {
    // Anybody may ask: what they send is held in memory only once they are known.
    if (!(await entry.admit({ method, headers }, response))) return;
    const rawBody = await readBody(request);
    if (rawBody === 'too-large') {
      response.setHeader('connection', 'close');
      return answerText(response, 413, 'No message has as many bytes.');
    }
    await entry.handle({ method, originalUrl: url, headers, rawBody }, response);
  });
}

/** Waits for what is under way within the grace, then lets go; by itself on SIGTERM, where a failure is the exit code. */
function stoppable(
  composition: Composition,
  drain: () => Promise<void>,
  graceMs: number,
  alarm: { close(): void },
): Pick<CloudRunServer, 'stop' | typeof Symbol.asyncDispose> {
  const { log } = composition.environment;
  const service = composition.service.name;
  const stop = once(async () => {
    process.off('SIGTERM', onTerm);
    const late = Promise.withResolvers<'late'>();
    const limit = setTimeout(() => late.resolve('late'), graceMs);
    try {
      const outcome = await Promise.race([drain(), late.promise]);
      if (outcome === 'late') log.warn('stopped with work under way', { service, graceMs });
    } finally {
      clearTimeout(limit);
      await composition.close().finally(() => alarm.close());
    }
  });
  const onTerm = (): void =>
    void stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('the service did not stop as it should', { service, reason: reasonOf(error) });
        process.exit(1);
      },
    );
  process.once('SIGTERM', onTerm);
  return { stop, [Symbol.asyncDispose]: stop };
}

/** @throws {RangeError} for what is no port. */
function portOf({ port = Number(process.env['PORT'] ?? 8080) }: CloudRunOptions): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new RangeError(`PORT must be a port, not "${process.env['PORT']}"`);
}
