import { join } from 'node:path';
import { httpApi } from '@portolan/http';
import { nodeServer } from '@portolan/http/node';
import type { Objects } from '@portolan/kernel';
import { localChannel, localObjects, localQueue, localTable, localTopic, openLocal } from '@portolan/local';
import { gzip } from '@portolan/node';
import { pricingService } from '@portolan/pricing';
import { askInProcess, type Ask } from './ask.ts';

/** The pricing service on the embedded platform, as the local app composes it. */
export interface Pricing {
  readonly ask: Ask;
  /** Serves it on loopback. @returns The URL. */
  serve(): Promise<string>;
  close(): Promise<void>;
}

/** @param onRead - Told of every object of the archive that is asked for. */
export async function openPricing(folder: string, onRead?: () => void): Promise<Pricing> {
  const platform = await openLocal({ file: join(folder, 'portolan.db') });
  const pricing = pricingService({}, gzip);
  const { functions } = await platform.run(pricing, {
    products: localTable(),
    tickers: localTable(),
    trades: localTable(),
    claims: localTable(),
    summaries: localTable(),
    marks: localTable(),
    retirements: localTable(),
    feeds: localTable(),
    archive: onRead === undefined ? localObjects() : watchedObjects(onRead),
    rebuilds: localQueue(),
    revisions: localTopic(),
    live: localChannel(),
  });
  const { environment, upgrades } = platform;
  const api = httpApi([{ service: pricing, call: (name, operation, call) => functions[name]!.call(operation, call) }], {
    environment,
  });
  const server = nodeServer(api, { environment, upgrades });
  return {
    ask: askInProcess(functions['api']!),
    async serve() {
      const { port } = await server.listen(0, '127.0.0.1');
      return `http://127.0.0.1:${port}`;
    },
    async close() {
      if (server.server.listening) await server.close(1_000);
      await platform.close();
    },
  };
}

/** The same objects, watched: each that is read is told of. */
function watchedObjects(onRead: () => void): ReturnType<typeof localObjects> {
  const adapter = localObjects();
  return {
    ...adapter,
    async open(...place) {
      const objects = await adapter.open(...place);
      const [get, head] = [objects.get.bind(objects), objects.head.bind(objects)];
      return Object.assign(objects, {
        get(...call: Parameters<Objects['get']>) {
          onRead();
          return get(...call);
        },
        head(...call: Parameters<Objects['head']>) {
          onRead();
          return head(...call);
        },
      });
    },
  };
}
