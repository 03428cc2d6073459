import type { Objects } from '@portolan/kernel';
import { contracts, type Mutants } from './mutant.ts';

const objects = contracts<Objects>;

/** Faults of reading, and of what objects are called. */
export const objectsReadMutants: Mutants = {
  'an object that is not there is empty': objects((o) => ({
    get: async (key, options) => (await o.get(key, options)) ?? empty(key),
  })),
  'ranges are ignored': objects((o) => ({ get: (key) => o.get(key) })),
  'a range has its last byte, too': objects((o) => ({
    get: (key, { range } = {}) =>
      o.get(key, range?.to === undefined ? { ...(range && { range }) } : { range: { ...range, to: range.to + 1 } }),
  })),
  'a range tells its own size': objects((o) => ({
    async get(key, options) {
      const found = await o.get(key, options);
      if (found === undefined || options?.range === undefined) return found;
      const to = Math.min(options.range.to ?? found.sizeBytes, found.sizeBytes);
      return { ...found, sizeBytes: to - options.range.from };
    },
  })),
  'a range behind the end is empty': objects((o) => ({
    get: async (key, options) =>
      o.get(key, options).catch(async (error: unknown) => {
        const found = await o.get(key);
        if (found === undefined) throw error;
        return { ...found, body: none() };
      }),
  })),
  'a reading goes on in what was written meanwhile': objects((o) => ({
    async get(key, options) {
      const found = await o.get(key, options);
      return found && { ...found, body: options?.range === undefined ? resumed(o, key, found.body) : found.body };
    },
  })),
  'a reading that was ended early is never given back': objects((o) => {
    let open = 0;
    return {
      async get(key, options) {
        if (open === 50) throw new Error('every connection is busy');
        const found = await o.get(key, options);
        if (found === undefined) return undefined;
        open++;
        return { ...found, body: counted(found.body, () => open--) };
      },
    };
  }),
  'metadata are dropped': objects((o) => ({
    put: (key, body, { metadata: _, ...rest } = {}) => o.put(key, body, rest),
  })),
  'types are dropped': objects((o) => ({
    put: (key, body, { contentType: _, ...rest } = {}) => o.put(key, body, rest),
  })),
  'keys do not regard case': objects((o) => ({ get: (key, options) => o.get(key.toLowerCase(), options) })),
  'keys are made into one form of Unicode': objects((o) => ({
    put: (key, body, options) => o.put(key.normalize('NFC'), body, options),
  })),
  'keys are decoded': objects((o) => ({ put: (key, body, options) => o.put(decoded(key), body, options) })),
  'long keys are cut': objects((o) => ({
    put: (key, body, options) => o.put(key.slice(0, 255), body, options),
    get: (key, options) => o.get(key.slice(0, 255), options),
  })),
  'keys with empty segments are mended': objects((o) => ({
    put: (key, body, options) => o.put(key.replaceAll('//', '/'), body, options),
  })),
  'long metadata are cut': objects((o) => ({
    put: (key, body, { metadata = {}, ...rest } = {}) =>
      o.put(key, body, {
        ...rest,
        metadata: Object.fromEntries(Object.entries(metadata).map(([n, v]) => [n, v.slice(0, 1_024)])),
      }),
  })),
  'folders are objects': objects((o) => ({
    async head(key) {
      const found = await o.head(key);
      if (found !== undefined) return found;
      const [inside] = (await o.list({ prefix: `${key}/`, limit: 1 })).items;
      return inside && { ...inside, key, contentType: 'folder', metadata: {} };
    },
  })),
};

/** Faults of lists. */
export const objectsListMutants: Mutants = {
  'lists are in the order of UTF-16': objects((o) => ({
    async list(options) {
      const page = await o.list(options);
      return { ...page, items: page.items.toSorted((a, b) => (a.key < b.key ? -1 : 1)) };
    },
  })),
  'a prefix is a folder': objects((o) => ({
    list: ({ prefix = '', ...rest } = {}) => o.list({ prefix: prefix.slice(0, prefix.lastIndexOf('/') + 1), ...rest }),
  })),
  'a prefix is a pattern': objects((o) => ({
    async list({ prefix = '', ...rest } = {}) {
      const page = await o.list(prefix.includes('_') ? rest : { prefix, ...rest });
      const matches = (key: string): boolean =>
        [...prefix].every((sign, index) => sign === '_' || [...key][index] === sign);
      return { ...page, items: page.items.filter(({ key }) => matches(key)) };
    },
  })),
  'lists tell when they were asked': objects((o, base) => ({
    async list(options) {
      const page = await o.list(options);
      return { ...page, items: page.items.map((item) => ({ ...item, modifiedAt: base.now() + 1 })) };
    },
  })),
  'a page may be one longer than its limit': objects((o) => ({
    list: (options = {}) => o.list({ ...options, ...(options.limit === 2 ? { limit: 3 } : {}) }),
  })),
  'a page begins with the last of the one before': objects((o) => ({
    async list(options = {}) {
      const page = await o.list(options);
      if (page.cursor === undefined || page.items.length < 2) return page;
      return { ...page, cursor: place(options.prefix ?? '', page.items.at(-2)!.key) };
    },
  })),
  'cursors count': objects((o) => ({
    async list({ prefix = '', limit = 1_000, cursor } = {}) {
      const { items } = await o.list({ prefix }).then(async (all) => (await o.list({ prefix, limit })) && all);
      const from = cursor === undefined ? 0 : Number(cursor);
      const page = items.slice(from, from + limit);
      return { items: page, ...(from + limit < items.length ? { cursor: String(from + limit) } : {}) };
    },
  })),
  'cursors are of any prefix': objects((o) => ({
    list: ({ cursor, ...rest } = {}) =>
      o.list({ ...rest, ...(cursor === undefined ? {} : { cursor: place(rest.prefix ?? '', keyIn(cursor)) }) }),
  })),
  'lists lag behind': objects((o) => {
    let before: Awaited<ReturnType<Objects['list']>> = { items: [] };
    return {
      async list(options) {
        const page = before;
        before = await o.list(options);
        return options?.cursor === undefined ? page : before;
      },
    };
  }),
};

const empty = (key: string) => ({
  key,
  tag: 'none',
  sizeBytes: 0,
  modifiedAt: 0,
  contentType: 'application/octet-stream',
  metadata: {},
  body: none(),
});

async function* none(): AsyncGenerator<Uint8Array> {}

/** The first chunk of one reading, and the rest of another. */
async function* resumed(o: Objects, key: string, body: AsyncIterable<Uint8Array>) {
  let at = 0;
  for await (const chunk of body) {
    yield chunk;
    at += chunk.length;
    break;
  }
  const now = await o.head(key);
  if (now === undefined || at >= now.sizeBytes) return;
  yield* (await o.get(key, { range: { from: at } }))!.body;
}

/** Calls back at the end of a body, but not where its reader stops before that. */
async function* counted(body: AsyncIterable<Uint8Array>, ended: () => void) {
  yield* body;
  ended();
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** A cursor of the reference. */
const place = (prefix: string, key: string): string => encodeURIComponent(JSON.stringify([prefix, key]));

function keyIn(cursor: string): string {
  const [, key] = JSON.parse(decodeURIComponent(cursor)) as readonly [string, string];
  return key;
}
