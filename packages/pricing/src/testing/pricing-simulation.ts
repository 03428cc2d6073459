import { gunzipSync, strFromU8 } from 'fflate';
import {
  bytesOf,
  from,
  on,
  pagesOf,
  service,
  type From,
  type OperationCall,
  type Reply,
  type Service,
} from '@portolan/kernel';
import {
  newWorld,
  recordUsage,
  simulate,
  type PortCall,
  type World,
  type WorldOptions,
} from '@portolan/kernel/testing';
import type { CandleView, TradeView } from '../api.ts';
import type { ReportedTrade, TradeResult } from '../intake.ts';
import { archive, revisions, type Revision } from '../ports.ts';
import { pricingService } from '../pricing.ts';
import type { PricingSettings } from '../settings.ts';

/** The pricing service in virtual time, with a product BTC-USD, and a listener to its revisions. */
export interface PricingSimulation {
  readonly world: World;
  readonly revised: readonly Revision[];
  call(operation: string, call?: OperationCall): Promise<Reply>;
  /** The body of a reply that must be a success. @throws {Error} with what was refused. */
  ask<Body>(operation: string, call?: OperationCall): Promise<Body>;
  post(trades: readonly unknown[]): Promise<readonly TradeResult[]>;
  trades(query?: Readonly<Record<string, string>>): Promise<readonly TradeView[]>;
  candles(query?: Readonly<Record<string, string>>): Promise<readonly CandleView[]>;
  /** Every object of the archive, by its key. */
  archived(): Promise<ReadonlyMap<string, Uint8Array>>;
  stop(): Promise<void>;
}

export async function startPricing(
  options: WorldOptions & {
    readonly settings?: Partial<PricingSettings>;
    /** Told of every call on a port. */
    readonly record?: (call: PortCall) => void;
  } = {},
): Promise<PricingSimulation> {
  const world = newWorld(options);
  const revised: Revision[] = [];
  const pricing: Service = pricingService(options.settings);
  const listened = service('pricing', pricing.ports, {
    ...pricing.functions,
    listen: on(revisions, {}, async ({ message }) => void revised.push(message)),
  });
  const { call, stop } = await simulate(recordUsage(listened, options.record ?? (() => {})), { world });
  const ask = async <Body>(operation: string, input?: OperationCall): Promise<Body> => {
    const reply = await call(operation, input);
    if (reply.kind === 'problem') throw new Error(`${reply.problem}: ${reply.detail}`);
    return reply.body as Body;
  };
  const params = { id: 'BTC-USD' };
  const pages = async <T>(operation: string, name: string, query: Readonly<Record<string, string>>): Promise<T[]> => {
    const found = pagesOf(async (more) => {
      const page = await ask<From & Record<string, unknown>>(operation, { params, query: { ...query, ...more } });
      return { ...from(page.cursor), items: page[name] as T[] };
    });
    const items: T[] = [];
    for await (const page of found) items.push(...page);
    return items;
  };
  return {
    world,
    revised,
    call,
    ask,
    post: async (trades) =>
      (await ask<{ results: readonly TradeResult[] }>('postTrades', { body: { trades } })).results,
    trades: (query = {}) => pages<TradeView>('listTrades', 'trades', query),
    candles: (query = {}) => pages<CandleView>('listCandles', 'candles', query),
    async archived() {
      const objects = world.open(archive);
      const all = new Map<string, Uint8Array>();
      for await (const items of pagesOf((more) => objects.list(more)))
        for (const { key } of items) all.set(key, await bytesOf((await objects.get(key))!.body, Infinity));
      return all;
    },
    stop,
  };
}

/** When the time of most tests begins. */
export const noon = Date.UTC(2026, 0, 31, 12, 0, 0);

/** So many seconds after {@link noon}, ISO 8601. */
export const at = (second: number): string => new Date(noon + second * 1_000).toISOString();

/** A simulation from {@link noon} on, with the product known. */
export async function startMarket(options: Parameters<typeof startPricing>[0] = {}): Promise<PricingSimulation> {
  const pricing = await startPricing({ start: noon, ...options });
  await addProduct(pricing);
  return pricing;
}

/** Makes BTC-USD known, in cents and satoshis. */
export const addProduct = (simulation: PricingSimulation): Promise<unknown> =>
  simulation.ask('putProduct', {
    params: { id: 'BTC-USD' },
    body: { priceIncrement: '0.01', sizeIncrement: '0.00000001' },
  });

/** A trade of BTC-USD on the exchange `test`. @param id - Its number. @param time - ISO 8601. */
export const trade = (id: number, time: string, more: Partial<ReportedTrade> = {}): ReportedTrade => ({
  product: 'BTC-USD',
  source: 'test',
  id: String(id),
  time,
  price: '50000.00',
  size: '0.1',
  side: 'buy',
  ...more,
});

/** The text of an object of the archive. @throws {TypeError} where there is none. */
export async function textOf(simulation: PricingSimulation, key: string): Promise<string> {
  const bytes = (await simulation.archived()).get(key);
  if (bytes === undefined) throw new TypeError(`the archive has no "${key}"`);
  return strFromU8(gunzipSync(bytes));
}
