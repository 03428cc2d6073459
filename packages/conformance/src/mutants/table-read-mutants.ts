import type { Stored, Table, TablePort } from '@portolan/kernel';
import type { Thing, ThingKey } from '../table/things.ts';
import { contracts, type Mutants } from './mutant.ts';

type T = Table<Thing, ThingKey>;
const table = contracts<T>;
const keyText = ({ group, id }: ThingKey): string => JSON.stringify([group, id]);

/** Faults of queries and indexes. */
export const queryMutants: Mutants = {
  'sort keys are ordered by UTF-16': table((t) => ({
    async query(range) {
      const page = await t.query(range);
      const sign = range.order === 'descending' ? -1 : 1;
      return { ...page, items: page.items.toSorted((x, y) => sign * (x.item.id < y.item.id ? -1 : 1)) };
    },
  })),
  'ranges include their end': table((t) => ({
    query: (range) => t.query(range.to === undefined ? range : { ...range, to: `${range.to}\x01` }),
  })),
  'ranges exclude their beginning': table((t) => ({
    query: (range) => t.query(range.from === undefined ? range : { ...range, from: `${range.from}\x01` }),
  })),
  'descending is ignored': table((t) => ({ query: ({ order: _, ...range }) => t.query(range) })),
  'pages after the first begin one too late': table((t) => ({
    async query(range) {
      const page = await t.query(range);
      return range.cursor === undefined ? page : { ...page, items: page.items.slice(1) };
    },
  })),
  'cursors are offsets': table((t) => ({
    async query({ cursor, limit = 100, ...range }) {
      await t.query({ ...range, limit });
      const start = Number(cursor ?? 0);
      const { items } = await t.query({ ...range, limit: 1_000 });
      const end = start + limit;
      return { items: items.slice(start, end), ...(end < items.length ? { cursor: String(end) } : {}) };
    },
  })),
  'strange cursors are taken for the end': table((t) => ({
    query: (range) => (range.cursor === undefined ? t.query(range) : t.query(range).catch(() => ({ items: [] }))),
  })),
  'pages are cut at 50 items, and the rest is not told of': table((t) => ({
    query: async (range) => ({ items: (await t.query(range)).items.slice(0, 50) }),
  })),
  'an index never changes once it was asked': table((t) => {
    const answers = new Map<string, Awaited<ReturnType<T['query']>>>();
    return {
      async query(range) {
        const kept = range.index === undefined ? undefined : answers.get(JSON.stringify(range));
        const page = kept ?? (await t.query(range));
        answers.set(JSON.stringify(range), page);
        return page;
      },
    };
  }),
};

/** Faults of expiry, sizes and values. */
export const valueMutants: Mutants = {
  'nothing expires': table((t) => ({
    put: (item, options = {}) => t.put(item, options.condition === undefined ? {} : { condition: options.condition }),
  })),
  'puts without an expiry keep the older one': table((t) => ({
    async put(item, options = {}) {
      const { expiresAt } = (await t.get(item)) ?? {};
      return t.put(item, { ...(expiresAt === undefined ? {} : { expiresAt }), ...options });
    },
  })),
  'what has expired still counts as standing in conditions': table((t) => {
    const put = new Set<string>();
    return {
      async put(item, options = {}) {
        if (options.condition === 'absent' && put.has(keyText(item))) return { kind: 'conflict' };
        put.add(keyText(item));
        return t.put(item, options);
      },
      delete(key, options) {
        put.delete(keyText(key));
        return t.delete(key, options);
      },
    };
  }),
  'increments go on from what has expired': table((t) => {
    const last = new Map<string, Thing>();
    return {
      put(item, options) {
        last.set(keyText(item), item);
        return t.put(item, options);
      },
      async increment(key, by, options) {
        const expired = last.get(keyText(key));
        if (expired !== undefined && (await t.get(key)) === undefined) await t.put(expired);
        return t.increment(key, by, options);
      },
    };
  }),
  'readers share one object': table((t) => {
    const shared = new Map<string, Stored<Thing>>();
    return {
      async get(key) {
        const stored = await t.get(key);
        if (stored === undefined) return undefined;
        const name = keyText(key) + stored.version;
        if (!shared.has(name)) shared.set(name, stored);
        return shared.get(name);
      },
    };
  }),
  'writers share the stored object': table((t) => {
    const written = new Map<string, Thing>();
    return {
      async put(item, options) {
        const result = await t.put(item, options);
        if (result.kind === 'written') written.set(keyText(item) + result.version, item);
        return result;
      },
      async get(key) {
        const stored = await t.get(key);
        return stored && { ...stored, item: written.get(keyText(key) + stored.version) ?? stored.item };
      },
    };
  }),
  'sizes are counted in characters': table(
    (t) => ({
      put: async (item, options) =>
        JSON.stringify(item).length > 1_024 * 350 ? t.put({} as Thing) : t.put(item, options),
    }),
    (port) => (port.name === 'small-things' ? { maxItemBytes: 1_024 * 3 } : {}),
  ),
  'one byte less fits than declared': table(
    () => ({}),
    (port) => ({ maxItemBytes: (port as unknown as TablePort).maxItemBytes - 1 }),
  ),
  'numbers have 15 digits': table((t) => ({
    put: (item, options) =>
      t.put(
        JSON.parse(
          JSON.stringify(item, (_, value: unknown) =>
            typeof value === 'number' ? Number(value.toPrecision(15)) : value,
          ),
        ) as Thing,
        options,
      ),
  })),
  "a field named ttl is the engine's own": table((t) => ({
    async get(key) {
      const stored = await t.get(key);
      const { ttl: _, ...item } = (stored?.item ?? {}) as { ttl?: unknown };
      return stored && { ...stored, item: item as Thing };
    },
  })),
};
