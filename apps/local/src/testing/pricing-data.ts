import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Bindings } from '@portolan/composition';
import { httpApi, type Mount } from '@portolan/http';
import { nodeServer } from '@portolan/http/node';
import { bytesOf, http, ok, operation, pagesOf, service, type ContractOf, type Service } from '@portolan/kernel';
import { localChannel, localObjects, localQueue, localTable, localTopic, openLocal } from '@portolan/local';
import { pricing } from '@portolan/pricing';
import * as z from 'zod';
import { temporaryFolder } from './platform-process.ts';

/** A look behind the API of pricing. */
export interface PricingData {
  /** Every object of the archive, unpacked, by its key. */
  readonly archive: ReadonlyMap<string, string>;
  /** Products that are being archived, or were when a crash cut it off. */
  readonly archiving: readonly string[];
  /** Minutes that stand in the archive, and in the table as well. */
  readonly retiring: number;
}

/** The pricing service over the data of a platform that is not running. */
export interface OpenPricing extends AsyncDisposable {
  readonly url: string;
  look(products: readonly string[]): Promise<PricingData>;
  /** Just {@link PricingData.archiving}. */
  archiving(products: readonly string[]): Promise<readonly string[]>;
}

const { archive, tickers, retirements } = pricing.ports;
const Archiving = z.object({ archiving: z.array(z.string()) });
const Seen = Archiving.extend({ archive: z.array(z.tuple([z.string(), z.string()])), retiring: z.number() });

/** What is stored, while nothing runs. */
export async function lookAtPricing(dataFolder: string, products: readonly string[]): Promise<PricingData> {
  await using opened = await open(dataFolder, 0, {});
  return await opened.look(products);
}

/**
 * Products that a platform is archiving that was stopped in its tracks (SIGSTOP): what a crash at this moment would leave is
 * looked at in a copy.
 */
export async function archivingNow(dataFolder: string, products: readonly string[]): Promise<readonly string[]> {
  using copy = temporaryFolder();
  const database = readdirSync(dataFolder).filter((file) => /^portolan\.db(-wal)?$/.test(file));
  for (const file of database) copyFileSync(join(dataFolder, file), join(copy.path, file));
  await using opened = await open(copy.path, 0, {});
  return await opened.archiving(products);
}

/** @param aheadMs - By how much its clock is ahead of the system's: what is due by then is done. */
export const openPricing = (dataFolder: string, aheadMs: number): Promise<OpenPricing> =>
  open(dataFolder, aheadMs, pricing.functions);

async function open(dataFolder: string, aheadMs: number, functions: Service['functions']): Promise<OpenPricing> {
  const platform = await openLocal({
    file: join(dataFolder, 'portolan.db'),
    environment: { clock: { now: () => Date.now() + aheadMs } },
  });
  const looking: Service = service('pricing', pricing.ports, { ...functions, look: lookFunction });
  const bindings = Object.fromEntries(
    Object.entries(pricing.ports).map(([name, { kind }]) => [name, adapters[kind]()]),
  ) as Bindings<typeof pricing, 'local'>;
  const running = await platform.run(looking, bindings);
  const call: Mount['call'] = (name, operation, input) => running.functions[name]!.call(operation, input);
  const { environment } = platform;
  const server = nodeServer(httpApi([{ service: looking, call }], { environment }), { environment });
  const { port } = await server.listen(0);
  const ask = async (operation: keyof typeof operations, products: readonly string[]): Promise<unknown> => {
    const reply = await running.functions['look']!.call(operation, { query: { products: products.join(',') } });
    if (reply.kind === 'problem') throw new Error(`what is stored could not be seen: ${reply.detail}`);
    return reply.body;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    async look(products) {
      const seen = Seen.parse(await ask('look', products));
      return { ...seen, archive: new Map(seen.archive) };
    },
    archiving: async (products) => Archiving.parse(await ask('archiving', products)).archiving,
    async [Symbol.asyncDispose]() {
      await server.close();
      await platform.close();
    },
  };
}

const adapters = {
  table: localTable,
  objects: localObjects,
  queue: localQueue,
  topic: localTopic,
  channel: localChannel,
};

const query = z.object({ products: z.string().transform((text) => text.split(',')) });
const operations = {
  look: operation({ method: 'GET', path: '/look', summary: 'See what is stored', query, replies: { ok: Seen } }),
  archiving: operation({
    method: 'GET',
    path: '/archiving',
    summary: 'See what is being archived',
    query,
    replies: { ok: Archiving },
  }),
};

const lookFunction = http(
  '/look/v1',
  operations,
  { archive: archive.read, tickers: tickers.read, retirements: retirements.read },
  {
    async look({ query: { products } }, ports) {
      const objects: [string, string][] = [];
      for await (const items of pagesOf((from) => ports.archive.list(from))) {
        for (const { key } of items)
          objects.push([key, unpacked(await bytesOf((await ports.archive.get(key))!.body, Infinity))]);
      }
      let retiring = 0;
      for (const product of products)
        retiring += (await ports.retirements.query({ partition: product, limit: 1_000 })).items.length;
      return ok({ archive: objects, archiving: await archivedAmong(products, ports.tickers), retiring });
    },
    archiving: async ({ query: { products } }, ports) =>
      ok({ archiving: await archivedAmong(products, ports.tickers) }),
  },
);

/** Those that somebody has taken the lease of, and not given back. */
async function archivedAmong(
  products: readonly string[],
  stored: Pick<ContractOf<typeof tickers>, 'get'>,
): Promise<string[]> {
  const found = await Promise.all(products.map((product) => stored.get({ product })));
  return products.filter((_, at) => (found[at]?.item.archivingUntil ?? 0) > 0);
}

/** The files of the archive's larger objects, unpacked. @throws {Error} for one that is not whole. */
export function archiveFiles(dataFolder: string): readonly string[] {
  const folder = join(dataFolder, 'portolan.db-objects', 'pricing.archive');
  return readdirSync(folder).map((name) => unpacked(readFileSync(join(folder, name))));
}

const unpacked = (bytes: Uint8Array): string => gunzipSync(bytes).toString();
