import { join } from 'node:path';
import { PortError, type Environment } from '@portolan/kernel';
import { httpApi, openApi } from '@portolan/http';
import { nodeServer } from '@portolan/http/node';
import { openLocal } from '@portolan/local';
import { startMarketFeed } from './market/market-feed.ts';
import { pricingIntake } from './market/pricing-intake.ts';
import { localRoots } from './services.ts';
import { sitePages } from './site.ts';
import { StartError, type Settings } from './settings.ts';
import { version } from './version.ts';

/** A platform that serves. */
export interface RunningPlatform {
  /** `http://127.0.0.1:4400` */
  readonly url: string;
  /** Where prices come from, in a few words. */
  readonly feed: string;
  /** Stops serving, lets work under way finish, and lets the data go: each of them, also where one before it fails. */
  close(): Promise<void>;
}

/**
 * Composes every service on embedded adapters and serves it.
 *
 * @throws {StartError} when the port or the data is in use.
 */
export async function startPlatform(settings: Settings, log: Environment['log']): Promise<RunningPlatform> {
  await using opened = new AsyncDisposableStack();
  const platform = await openLocal({
    file: join(settings.dataFolder, 'portolan.db'),
    environment: { log },
    ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
  }).catch(refuseData);
  opened.defer(() => platform.close());
  const running = await Promise.all(localRoots(settings).map((root) => root.run(platform)));
  const { environment } = platform;
  const api = httpApi(
    running.map(({ service, functions }) => ({
      service,
      call: (name, operation, call) => functions[name]!.call(operation, call),
    })),
    { environment },
  );
  const services = running.map(({ service }) => service);
  const document = openApi(services, {
    title: 'Portolan',
    version,
    description: 'Every service of this platform. Errors are problems by RFC 9457.',
  });
  const trustedHosts = trusted(settings);
  const pages = sitePages(document);
  const server = nodeServer(api, {
    environment,
    fallback: (request, response) => {
      if (!platform.serveObjects(request, response)) pages(request, response);
    },
    // Objects of gigabytes are uploaded, too.
    uploadWithinMs: 15 * 60_000,
    upgrades: platform.upgrades,
    ...(trustedHosts === undefined ? {} : { trustedHosts }),
  });
  const { address, port, family } = await server.listen(settings.port, settings.host).catch(refusePort(settings));
  opened.defer(() => server.close());
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  platform.servedAt(url);
  const prices = running.find(({ service }) => service.name === 'pricing')!;
  const feed = await startMarketFeed(settings.market, pricingIntake(prices.functions['api']!), environment);
  opened.defer(() => feed.stop());
  const serving = opened.move();
  return { feed: feed.description, url, close: () => serving.disposeAsync() };
}

/**
 * On loopback the names of this machine only, and that of the public URL, against pages that rebind a name of theirs;
 * elsewhere a proxy decides.
 */
function trusted({ host, publicUrl }: Settings): readonly string[] | undefined {
  if (!['127.0.0.1', 'localhost', '::1'].includes(host)) return undefined;
  return ['localhost', '127.0.0.1', '[::1]', ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])];
}

const refuseData = (error: unknown): never => {
  throw error instanceof PortError
    ? new StartError(`${error.message}.`.replace(/\.\.$/, '.'), { cause: error })
    : error;
};

const refusePort =
  ({ port, host }: Settings) =>
  (error: NodeJS.ErrnoException): never => {
    if (error.code === 'EADDRINUSE') {
      throw new StartError(`Port ${port} on ${host} is in use; stop what listens there, or set PORT to another.`, {
        cause: error,
      });
    }
    if (error.code === 'EACCES') {
      throw new StartError(
        `Port ${port} on ${host} needs more rights than this process has; set PORT to one above 1023.`,
        { cause: error },
      );
    }
    if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
      throw new StartError(`${host} is no address of this machine; set HOST to one that is.`, { cause: error });
    }
    throw error;
  };
