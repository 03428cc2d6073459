import { on, pagesOf, type ContractOf, type Port } from '@portolan/kernel';
import type { CandleView, TradeView } from '../api.ts';
import type { Gap, TradeResult } from '../intake.ts';
import { archive, revisions, type Revision } from '../ports.ts';

/** A pricing service that is deployed somewhere, seen from outside. */
export interface DeployedPricing {
  request(request: {
    readonly method?: string;
    readonly target: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }): Promise<{ readonly status: number; readonly body: string }>;
  /** Asks for a connection to a channel. */
  dial(
    channel: Pick<Port, 'name'>,
    request: { readonly query: Readonly<Record<string, string>> },
  ): Promise<
    | { readonly kind: 'open'; readonly client: { readonly received: readonly string[] } }
    | { readonly kind: 'refused'; readonly status: number }
  >;
  /** Has the schedule of a function call it. @param at - Milliseconds since 1970. */
  tick(functionName: string, at: number): Promise<void>;
  /** The contract behind a port, as something outside of the service would use it. */
  open<P extends Port>(port: P): Promise<ContractOf<P>>;
  /** What its functions wrote, for a message when something does not come. */
  logs(): unknown;
}

/** A function that hears of all that is written anew, for whoever deploys the service to put beside it. */
export function listenForRevisions() {
  const revised: Revision[] = [];
  return { revised, functions: { audit: on(revisions, {}, async ({ message }) => void revised.push(message)) } };
}

/** The objects of the archive with their tags, in the order of their keys. */
export async function archiveOf(deployed: DeployedPricing): Promise<ReadonlyMap<string, string>> {
  const objects = await deployed.open(archive);
  const tags = new Map<string, string>();
  for await (const items of pagesOf((from) => objects.list(from))) for (const { key, tag } of items) tags.set(key, tag);
  return tags;
}

type Query = Readonly<Record<string, string>>;

/** What clients ask of one product; anything but a success is thrown, with logs. */
export function clientOf(deployed: DeployedPricing, product: string) {
  const base = '/pricing/v1';
  const own = `${base}/products/${product}`;
  const ask = async <Body>(target: string, method = 'GET', content?: object): Promise<Body> => {
    const sent =
      content === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
    const { status, body } = await deployed.request({ method, target, ...sent });
    if (status < 200 || status > 299) throw new Error(`${method} ${target}: ${status} ${body}\n${logsOf(deployed)}`);
    return JSON.parse(body) as Body;
  };
  const query = (what: string, given: Query): string => {
    const pairs = Object.entries(given).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return `${own}/${what}?${pairs.join('&')}`;
  };
  return {
    put: (increments: { readonly priceIncrement: string; readonly sizeIncrement: string }) =>
      ask(own, 'PUT', increments),
    /** Of rejections only the field is told: reasons are for people. */
    async post(trades: readonly object[]) {
      const { results } = await ask<{ results: readonly TradeResult[] }>(`${base}/trades`, 'POST', { trades });
      return results.map(({ status, ...more }) => ('field' in more ? { status, field: more.field } : { status }));
    },
    candles: async (given: Query) => (await ask<{ candles: readonly CandleView[] }>(query('candles', given))).candles,
    gaps: async () => (await ask<{ gaps: readonly Gap[] }>(query('gaps', {}))).gaps,
    trades: async (given: Query) => (await ask<{ trades: readonly TradeView[] }>(query('trades', given))).trades,
    async average(from: string) {
      const { average, vwap, volume, count } = await ask<Record<string, unknown>>(query('average', { from }));
      return { average, vwap, volume, count };
    },
  };
}

export const logsOf = (deployed: DeployedPricing): string => JSON.stringify(deployed.logs(), null, 2);
