import { chunks, PortError, sideBySide, type Context, type EditResult, type Granted } from '@portolan/kernel';
import { nameOf } from '../archive/interval-name.ts';
import { claimIds } from '../claim-ids.ts';
import type { TradeResult } from '../intake.ts';
import { microsPerMinute } from '../time.ts';
import { archive, claimBlock, claims, live, marks, products, tickers, trades } from '../ports.ts';
import { scaleOf, type Scale } from '../product.ts';
import { readTrade } from '../read-trade.ts';
import type { PricingSettings } from '../settings.ts';
import { minutePartition, packTrade, tradeKey } from '../stored-trade.ts';
import type { Trade } from '../trade.ts';
import { archivedKeys } from './archived-keys.ts';
import { announceTrades } from './announce-trades.ts';
import { tickerAfter, newTicker } from '../ticker.ts';

export const acceptGrants = {
  products: products.read,
  tickers: tickers.write,
  trades: trades.write,
  claims: claims.write,
  marks: marks.write,
  archive: archive.read,
  live: live.push,
};
type Ports = Granted<typeof acceptGrants>;

/** Writes of one call to a table, and claims under way at one time. */
const writesAtOnce = 1_000;
const claimsAtOnce = 16;

/** A trade of the batch that is well-formed, on its way. */
interface Arrival {
  readonly index: number;
  readonly product: string;
  readonly scale: Scale;
  readonly trade: Trade;
  /** Its partition in the table. */
  readonly minute: string;
}

/**
 * Takes on trades, each known by source, product and id. In order: ids are claimed for their minute, their minutes are
 * marked to be archived, and trades are put where none stands. Where any was new, its minute is marked anew, as the first
 * mark may be gone by then: whoever removes this one has seen the trade. A crash in between leaves what the first mark has
 * archived, or what repeating the batch mends; nothing of it was answered.
 *
 * @returns A result for each, in order.
 * @throws {PortError} where it is not known what became of them: nothing speaks against the same batch again.
 */
export async function acceptTrades(
  reported: readonly unknown[],
  ports: Ports,
  context: Context,
  settings: PricingSettings,
): Promise<readonly TradeResult[]> {
  const now = context.clock.now();
  const results = new Array<TradeResult>(reported.length).fill({ status: 'duplicate' });
  const arrivals = readAll(reported, await scalesOf(reported, ports), (now + settings.aheadMs) * 1_000, results);
  const heard = await withoutMisplaced(arrivals, ports);
  const absent = await withoutArchived(heard, ports, now - settings.retentionMs);
  await markMinutes(absent, ports);
  const fresh = await putAll(absent, ports);
  await markMinutes(fresh, ports);
  for (const { index } of fresh) results[index] = { status: 'accepted' };
  await tell(heard, fresh, ports, context);
  return results;
}

/** The scale of every product that is named and known. */
async function scalesOf(reported: readonly unknown[], ports: Ports): Promise<ReadonlyMap<string, Scale>> {
  const named = reported.map((one) => (one as { readonly product?: unknown } | null)?.product);
  const ids = [...new Set(named)].filter((id): id is string => typeof id === 'string' && /^[\w.-]{1,40}$/.test(id));
  const found = await sideBySide(chunks(ids, writesAtOnce), 4, (some) =>
    ports.products.getMany(some.map((id) => ({ list: 'all', id }))),
  );
  return new Map(
    found.flat().flatMap((stored) => (stored === undefined ? [] : [[stored.item.id, scaleOf(stored.item)]])),
  );
}

/** The trades to take on, each once; the results of rejected ones are filled in. */
function readAll(
  reported: readonly unknown[],
  scales: ReadonlyMap<string, Scale>,
  latest: number,
  results: TradeResult[],
): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  const seen = new Set<string>();
  const minutes = new Map<string, string>();
  reported.forEach((one, index) => {
    const reading = readTrade(one, (product) => scales.get(product));
    if (reading.kind === 'rejected') {
      const { reason, field } = reading;
      results[index] = { status: 'rejected', reason, ...(field === undefined ? {} : { field }) };
      return;
    }
    const { product, trade } = reading;
    if (trade.time > latest) {
      results[index] = {
        status: 'rejected',
        reason: 'time lies in the future; expected one that has come',
        field: 'time',
      };
      return;
    }
    const key = `${product}/${trade.source}/${trade.id}`;
    if (seen.has(key)) return;
    seen.add(key);
    const place = `${product}/${Math.floor(trade.time / microsPerMinute)}`;
    let minute = minutes.get(place);
    if (minute === undefined) minutes.set(place, (minute = minutePartition(product, trade.time)));
    arrivals.push({ index, product, scale: scales.get(product)!, trade, minute });
  });
  return arrivals;
}

/** Leaves out trades that cover an id which is known otherwise: under another minute, or as part of another trade. */
async function withoutMisplaced(arrivals: readonly Arrival[], ports: Ports): Promise<readonly Arrival[]> {
  const blocks = new Map<string, Place[]>();
  for (const arrival of arrivals) {
    const { sequence, count, source } = arrival.trade;
    if (sequence === undefined) continue;
    const last = sequence + count - 1;
    for (let block = blockOf(sequence); block <= blockOf(last); block++) {
      const place = `${arrival.product}/${source} ${block}`;
      const places = blocks.get(place);
      if (places === undefined) blocks.set(place, [{ arrival, block }]);
      else places.push({ arrival, block });
    }
  }
  const misplaced = await sideBySide([...blocks.values()], claimsAtOnce, (places) => claimBlockOf(places, ports));
  const out = new Set(misplaced.flat());
  return out.size === 0 ? arrivals : arrivals.filter((arrival) => !out.has(arrival));
}

/** A trade in one of the blocks that its ids lie in. */
interface Place {
  readonly arrival: Arrival;
  readonly block: number;
}

const blockOf = (sequence: number): number => Math.floor(sequence / claimBlock);

/** @returns The trades that may not have their ids. */
async function claimBlockOf(places: readonly Place[], ports: Ports): Promise<readonly Arrival[]> {
  const [{ arrival, block }] = places as [Place, ...Place[]];
  const key = { source: `${arrival.product}/${arrival.trade.source}`, block: String(block).padStart(16, '0') };
  const base = block * claimBlock;
  const wanted = places.map(({ arrival: { trade } }) => {
    const first = trade.sequence! - base;
    return {
      first: Math.max(0, first),
      last: Math.min(claimBlock - 1, first + trade.count - 1),
      head: first >= 0,
      minute: Math.floor(trade.time / microsPerMinute),
    };
  });
  const granted = await ports.claims.update(key, (current) => {
    const before = current?.item.runs ?? [];
    const decision = claimIds(before, wanted);
    if (decision.runs === before) return { result: decision.granted };
    return { write: { ...key, runs: decision.runs }, result: decision.granted };
  });
  return places.filter((_, index) => !granted[index]).map((place) => place.arrival);
}

/** Leaves out trades that stand in the archive, of minutes whose rows may be gone from the table. */
async function withoutArchived(heard: readonly Arrival[], ports: Ports, before: number): Promise<readonly Arrival[]> {
  const old = Map.groupBy(
    heard.filter(({ trade }) => trade.time < before * 1_000),
    ({ minute }) => minute,
  );
  if (old.size === 0) return heard;
  const archived = new Map(
    await sideBySide([...old], 8, async ([minute, [first]]) => {
      const name = nameOf('minute', first!.trade.time);
      return [minute, await archivedKeys(ports.archive, first!.product, name, first!.scale)] as const;
    }),
  );
  return heard.filter(({ minute, trade }) => archived.get(minute)?.has(tradeKey(trade)) !== true);
}

/** Puts trades where none stands. @returns Those that were not there. */
async function putAll(arrivals: readonly Arrival[], ports: Ports): Promise<readonly Arrival[]> {
  const fresh = await sideBySide(chunks(arrivals, writesAtOnce), 5, async (some) => {
    const outcomes = await ports.trades.writeMany(
      some.map(({ trade, minute, scale }) => ({ put: packTrade(trade, minute, scale), condition: 'absent' as const })),
    );
    allDone(outcomes);
    return some.filter((_, index) => outcomes[index]!.kind === 'written');
  });
  return fresh.flat();
}

/** Every minute of trades that may be new to the archive. */
async function markMinutes(arrivals: readonly Arrival[], ports: Ports): Promise<void> {
  const minutes = [...new Map(arrivals.map((arrival) => [arrival.minute, arrival])).values()];
  await sideBySide(chunks(minutes, writesAtOnce), 5, async (some) =>
    allDone(
      await ports.marks.writeMany(
        some.map(({ product, trade }) => ({ put: { product, interval: nameOf('minute', trade.time) } })),
      ),
    ),
  );
}

/** Nothing of a batch is answered while one of its writes may be missing. */
function allDone(outcomes: readonly EditResult[]): void {
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  if (failed === undefined) return;
  throw new PortError('unavailable', `not every trade could be written: ${failed.error.message}`, {
    cause: failed.error,
  });
}

/** Brings the tickers up to date, then tells who listens. */
async function tell(
  heard: readonly Arrival[],
  fresh: readonly Arrival[],
  ports: Ports,
  context: Context,
): Promise<void> {
  const now = context.clock.now();
  const news = Map.groupBy(fresh, ({ product }) => product);
  await sideBySide([...Map.groupBy(heard, ({ product }) => product)], 4, async ([product, members]) => {
    const { scale } = members[0]!;
    const freshTrades = (news.get(product) ?? []).map(({ trade }) => trade);
    const ticker = await ports.tickers.update({ product }, (current) => {
      const heardTrades = members.map(({ trade }) => trade);
      const write = tickerAfter(
        current?.item ?? newTicker(product),
        { heard: heardTrades, fresh: freshTrades, now },
        scale,
      );
      return { write, result: write };
    });
    await announceTrades(product, freshTrades, ticker, scale, ports.live, context);
  });
}
