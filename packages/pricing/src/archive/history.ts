import { firstOf, pagesOf, sideBySide, type Granted } from '@portolan/kernel';
import { parentLevel } from '../interval.ts';
import { decodeLines } from '../minute-lines.ts';
import type { archive, marks, summaries, trades } from '../ports.ts';
import type { Scale } from '../product.ts';
import { tradeKey, unpackTrade } from '../stored-trade.ts';
import { decodeSummary } from '../summary-codec.ts';
import { mergeAll, summarize, type Summary } from '../summary.ts';
import { compareTrades, type Trade } from '../trade.ts';
import { objectKey, readText } from './archive-object.ts';
import { afterAllIn, childName, intervalOf, nameAround } from './interval-name.ts';
import { decodeNode, type Child } from './node-text.ts';

export type HistoryPorts = Granted<{
  trades: typeof trades.read;
  summaries: typeof summaries.read;
  marks: typeof marks.read;
  archive: typeof archive.read;
}>;

/** What is known of a product as a whole: where to look no further. */
export interface Known {
  /** When its first trade was, microseconds; infinite where there is none. */
  readonly earliest: number;
  /** When its last trade was; below 0 where there is none. */
  readonly latest: number;
  /** All that its trades come from; of others it may have trades, too, and has forgotten them. */
  readonly sources: readonly string[];
}

/** For whoever names the intervals to look into. */
const nothing: Known = { earliest: Infinity, latest: -1, sources: [] };

/** Partition of the intervals inside one. */
export const parentPartition = (product: string, interval: string): string => `${product}/${interval}`;

/** An interval inside another one. */
export interface Part {
  readonly interval: string;
  /** Its sums; `undefined` where they are still to be put together, which may show that it has no trades. */
  readonly summary: Summary | undefined;
}

const isChild = (part: Part): part is Child => part.summary !== undefined;

/** What waits to be written of an interval. */
interface Open {
  /** Names of intervals, in order: itself, and those inside it. */
  readonly names: readonly string[];
  /** Whether they are all; otherwise there is one at least for each child in which any waits. */
  readonly all: boolean;
}

/**
 * One product's trades and sums, archive and table as one: an interval that has no mark stands in the archive; one that
 * has a mark, or has one inside, is put together from what is inside. For one request: what it has read it keeps.
 *
 * The order of reads makes it safe beside whoever archives at the same time: marks first, then the table, then the
 * archive. A mark goes only when its interval stands in the archive and is noted in the table; a note goes only when the
 * interval around it stands in the archive. Marks are read from the top down: what had none inside needs no second look.
 */
export class History {
  readonly known: Known;
  readonly #product: string;
  readonly #scale: Scale;
  readonly #ports: HistoryPorts;
  readonly #open = new Map<string, Promise<Open>>();
  readonly #parts = new Map<string, Promise<readonly Part[]>>();
  readonly #summaries = new Map<string, Promise<Summary | undefined>>();
  readonly #trades = new Map<string, Promise<readonly Trade[]>>();

  constructor(product: string, scale: Scale, ports: HistoryPorts, known: Known = nothing) {
    this.known = known;
    this.#product = product;
    this.#scale = scale;
    this.#ports = ports;
  }

  /** The trades of a minute, in order. @param name - The minute's. */
  tradesIn(name: string): Promise<readonly Trade[]> {
    return once(this.#trades, name, async () => {
      if ((await this.#openIn(name)).names.length === 0) return this.#archivedTrades(name);
      const rows = await this.rowsOf(name);
      return unionOf(rows, await this.#archivedTrades(name));
    });
  }

  /** The intervals that make up an hour or more, in order. */
  partsOf(name: string): Promise<readonly Part[]> {
    return once(this.#parts, name, async () => {
      const { names } = await this.#openIn(name);
      if (names.length === 0) return this.#archivedChildren(name);
      const noted = await this.notesOf(name);
      const parts = new Map<string, Summary | undefined>(overlay(await this.#archivedChildren(name), noted));
      for (const open of names) {
        const interval = childName(name, open);
        if (interval !== undefined) parts.set(interval, undefined);
      }
      return inOrder(parts);
    });
  }

  /** The sums of an interval of the archive; `undefined` where it has no trades. */
  summaryOf(name: string): Promise<Summary | undefined> {
    return once(this.#summaries, name, async () => {
      if (intervalOf(name).level === 'minute') return summarize(await this.tradesIn(name));
      return mergeAll((await this.summed(await this.partsOf(name))).map(({ summary }) => summary));
    });
  }

  /** Parts with their sums, without those that have no trades. */
  async summed(parts: readonly Part[]): Promise<readonly Child[]> {
    // Of a day that is archived, none of 1,440 is waited for.
    if (parts.every(isChild)) return parts;
    const all = await sideBySide(parts, 16, async ({ interval, summary }) => ({
      interval,
      summary: summary ?? (await this.summaryOf(interval)),
    }));
    return all.filter(isChild);
  }

  #openIn(name: string): Promise<Open> {
    return once(this.#open, name, async () => {
      const levelAround = parentLevel(intervalOf(name).level);
      if (levelAround === undefined) return this.#readOpen(name);
      const around = await this.#openIn(nameAround(name, levelAround));
      const names = namesInside(around.names, name);
      return around.all || names.length === 0 ? { names, all: true } : this.#readOpen(name);
    });
  }

  async #readOpen(name: string): Promise<Open> {
    const range = { partition: this.#product, to: afterAllIn(name) };
    const limit = 1_000;
    const first = await firstOf(limit, (from) => this.#ports.marks.query({ ...range, from: name, limit, ...from }));
    const names = first.map(({ item }) => item.interval);
    if (names.length < limit) return { names, all: true };
    // After an import a year may wait, minute by minute: of the other children it is only asked whether any waits.
    for (;;) {
      const behind = afterAllIn(childName(name, names.at(-1)!)!);
      const page = { ...range, from: behind, limit: 1 };
      const [next] = await firstOf(1, (from) => this.#ports.marks.query({ ...page, ...from }));
      if (next === undefined) return { names, all: false };
      names.push(next.item.interval);
    }
  }

  /** The trades of a minute that the table holds. */
  async rowsOf(name: string): Promise<readonly Trade[]> {
    const range = { partition: `${this.#product}/${name}`, limit: 1_000 };
    const rows: Trade[] = [];
    for await (const items of pagesOf((from) => this.#ports.trades.query({ ...range, ...from })))
      for (const { item } of items) rows.push(unpackTrade(item, this.#scale));
    return rows;
  }

  /** The sums that the table notes for an interval: of those written since the interval's own object was. */
  async notesOf(name: string): Promise<readonly Child[]> {
    const range = { partition: parentPartition(this.#product, name), limit: 100 };
    const noted: Child[] = [];
    for await (const items of pagesOf((from) => this.#ports.summaries.query({ ...range, ...from })))
      for (const { item } of items)
        noted.push({ interval: item.interval, summary: decodeSummary(item.summary, this.#scale) });
    return noted;
  }

  async #archivedTrades(name: string): Promise<readonly Trade[]> {
    const archived = await readText(this.#ports.archive, objectKey(this.#product, 'minute', name));
    return archived === undefined ? [] : decodeLines(archived.text, this.#scale);
  }

  async #archivedChildren(name: string): Promise<readonly Child[]> {
    const archived = await readText(this.#ports.archive, objectKey(this.#product, intervalOf(name).level, name));
    return archived === undefined ? [] : decodeNode(archived.text, this.#scale);
  }
}

/** The trades of a minute from table and archive, each once, in order. */
export function unionOf(rows: readonly Trade[], archived: readonly Trade[]): readonly Trade[] {
  const held = archived.length === 0 ? undefined : new Set(rows.map(tradeKey));
  const more = held === undefined ? [] : archived.filter((trade) => !held.has(tradeKey(trade)));
  return [...rows, ...more].sort(compareTrades);
}

/**
 * The children that an object names, and what was noted of them. Trades are only ever added: of two sums of an interval the
 * one with more of them is the newer, whoever was late to note the other.
 */
export function overlay(archived: readonly Child[], noted: readonly Child[]): Map<string, Summary> {
  const known = new Map(archived.map(({ interval, summary }) => [interval, summary]));
  for (const { interval, summary } of noted)
    if ((known.get(interval)?.count ?? 0) < summary.count) known.set(interval, summary);
  return known;
}

export const inOrder = <Sums>(parts: ReadonlyMap<string, Sums>): readonly { interval: string; summary: Sums }[] =>
  [...parts].sort(([left], [right]) => (left < right ? -1 : 1)).map(([interval, summary]) => ({ interval, summary }));

/** Runs `read` once for a key; whoever asks again gets the same promise. */
function once<T>(kept: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  let promise = kept.get(key);
  if (promise === undefined) kept.set(key, (promise = read()));
  return promise;
}

/** Those of some names, in order, that lie in the interval named, or are it. */
function namesInside(names: readonly string[], name: string): readonly string[] {
  const first = names.findIndex((one) => one >= name);
  if (first === -1) return [];
  const behind = names.findIndex((one, index) => index >= first && !one.startsWith(name));
  return names.slice(first, behind === -1 ? undefined : behind);
}
