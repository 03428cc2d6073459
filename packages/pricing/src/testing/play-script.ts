import type { Revision, StoredTrade } from '../ports.ts';
import { trades as rows } from '../ports.ts';
import { archiveOf, clientOf, logsOf, type DeployedPricing } from './deployed-pricing.ts';
import { expectedOf, scriptAt } from './market-script.ts';

/** Time as deployed functions have it: the machine's. */
export interface RealTime {
  /** Milliseconds since 1970. */
  now(): number;
  pause(ms: number): Promise<unknown>;
}

/** How long anything may take, and between looks at it; milliseconds. */
const limitMs = 40_000;
const lookMs = 50;
/** Looks after which a schedule ticks again: nobody waits for the next minute. */
const looksInTick = 20;

/**
 * Plays a short market to a deployed service: a product, a client who follows it, a batch of trades old and new, the archive
 * of what has closed, a trade that comes late, and the end of retention.
 *
 * @param revised - What the function of {@link listenForRevisions} heard.
 * @returns What was seen from outside, and what was to be seen.
 * @throws {Error} with logs, where something is refused or does not come within 40 s.
 */
export async function playScript(deployed: DeployedPricing, revised: readonly Revision[], time: RealTime) {
  const script = scriptAt(time.now());
  const expected = expectedOf(script);
  const client = clientOf(deployed, script.product);
  const until = waiting(deployed, time);
  const views = async () => ({ candles: await client.candles(script.span), gaps: await client.gaps() });

  await client.put({ priceIncrement: '0.01', sizeIncrement: '0.00000001' });
  const dialled = await deployed.dial({ name: 'live' }, { query: { products: script.product } });
  if (dialled.kind === 'refused') throw new Error(`the client is refused with ${dialled.status}\n${logsOf(deployed)}`);
  const { received } = dialled.client;
  const results = await client.post(script.batch);
  await until('frames', async () => received.length >= expected.frames.length);
  const tags = await until(
    'objects',
    async () => {
      const archived = await archiveOf(deployed);
      return archived.size >= expected.keys.length && archived;
    },
    'close',
  );
  const before = { ...(await views()), average: await client.average(script.span.from) };

  const lateResults = await client.post([script.late]);
  const isTold = (key: string, tag: string | undefined) => revised.some((one) => one.key === key && one.tag === tag);
  const later = await until(
    'revisions',
    async () => {
      const archived = await archiveOf(deployed);
      return expected.late.keys.every((key) => isTold(key, archived.get(key))) && archived;
    },
    'close',
  );
  const changed = [...later].filter(([key, tag]) => tags.get(key) !== tag).map(([key]) => key);
  const told = [...new Set(revised.map(({ key }) => key))].sort();
  const late = { results: lateResults, keys: changed, told, ...(await views()) };

  const table = await deployed.open(rows);
  const inTable = async (): Promise<readonly StoredTrade[]> =>
    (await table.query({ partition: script.oldMinute })).items.map(({ item }) => item);
  await until('retirement', async () => (await inTable()).length === 0, 'retire');
  const retired = await client.trades({ to: script.span.from });
  const frames = received.map((text) => JSON.parse(text) as unknown);
  return { seen: { results, frames, keys: [...tags.keys()], ...before, late, retired }, expected };
}

/** Looks again and again until there is something, for a bounded time. @returns What there is. */
function waiting(deployed: DeployedPricing, { now, pause }: RealTime) {
  return async <T>(what: string, look: () => Promise<T | false>, schedule?: string): Promise<T> => {
    const end = now() + limitMs;
    for (let looks = 0; ; looks++) {
      if (schedule !== undefined && looks % looksInTick === 0) await deployed.tick(schedule, now());
      const found = await look();
      if (found !== false) return found;
      if (now() > end) throw new Error(`no ${what} within ${limitMs} ms\n${logsOf(deployed)}`);
      await pause(lookMs);
    }
  };
}
