import { bytesOf, PortError, type ListedObject, type ObjectPutOptions, type Objects } from '@portolan/kernel';
import { contracts, type Mutants } from './mutant.ts';

const objects = contracts<Objects>;
type Body = Parameters<Objects['put']>[1];

const whole = async (body: Body): Promise<Uint8Array> =>
  body instanceof Uint8Array ? body : bytesOf(body, Number.MAX_SAFE_INTEGER);

/** The options without their condition, which is looked at one step before the write. */
async function early(o: Objects, key: string, { condition, ...rest }: ObjectPutOptions) {
  if (condition === undefined) return rest;
  const tag = (await o.head(key))?.tag;
  return (condition === 'absent' ? tag === undefined : tag === condition.tag) ? rest : undefined;
}

/** Faults of putting, copying and removing. */
export const objectsWriteMutants: Mutants = {
  'a stream is stored as far as it came': objects((o) => ({
    async put(key, body, options) {
      if (body instanceof Uint8Array) return o.put(key, body, options);
      const chunks: Uint8Array[] = [];
      try {
        for await (const chunk of body) chunks.push(chunk);
      } catch (error) {
        await o.put(key, new Uint8Array(Buffer.concat(chunks)), options);
        throw error;
      }
      return o.put(key, new Uint8Array(Buffer.concat(chunks)), options);
    },
  })),
  'what stood is removed before a stream is stored': objects((o) => ({
    async put(key, body, options) {
      if (!(body instanceof Uint8Array) && options?.condition === undefined) await o.delete(key);
      return o.put(key, body, options);
    },
  })),
  'what came of a stream so far is shown': objects((o) => ({
    async put(key, body, options) {
      if (body instanceof Uint8Array || options?.condition !== undefined) return o.put(key, body, options);
      const before = await o.get(key);
      const stood = before && (await whole(before.body));
      const chunks: Uint8Array[] = [];
      try {
        for await (const chunk of body) {
          if (chunks.push(chunk) === 1) await o.put(key, chunk, options);
        }
      } catch (error) {
        await (stood === undefined ? o.delete(key) : o.put(key, stood));
        throw error;
      }
      return o.put(key, new Uint8Array(Buffer.concat(chunks)), options);
    },
  })),
  'an empty chunk ends a stream': objects((o) => ({
    put: (key, body, options) => o.put(key, body instanceof Uint8Array ? body : untilEmpty(body), options),
  })),
  'a stream without content stores nothing': objects((o) => ({
    async put(key, body, options) {
      const content = await whole(body);
      if (body instanceof Uint8Array || content.length > 0) return o.put(key, content, options);
      return { kind: 'written', tag: '"nothing"' };
    },
  })),
  'the error of a stream is told as another': objects((o) => ({
    put: (key, body, options) =>
      o.put(key, body, options).catch((error: unknown) => {
        throw error instanceof PortError ? error : new PortError('internal', 'the upload failed');
      }),
  })),
  'a stream is stored in its first chunk only': objects((o) => ({
    put: async (key, body, options) => o.put(key, body instanceof Uint8Array ? body : first(body), options),
  })),
  'parts of a large object change places': objects((o) => ({
    async put(key, body, options) {
      const content = await whole(body);
      const part = 5_242_880;
      if (content.length < 2 * part) return o.put(key, content, options);
      const swapped = Buffer.concat([content.subarray(part, 2 * part), content.subarray(0, part)]);
      return o.put(key, new Uint8Array(Buffer.concat([swapped, content.subarray(2 * part)])), options);
    },
  })),
  'objects of any size are taken': objects(
    () => ({}),
    () => ({ maxObjectBytes: 1e9 }),
  ),
  'a stream is read whole before its size is looked at': objects((o) => ({
    put: async (key, body, options) =>
      o.put(key, body instanceof Uint8Array ? body : await bytesOf(body, 64_000_000), options),
  })),
  'an object that just fits is refused': objects(
    () => ({}),
    (port) => ({ maxObjectBytes: (port as unknown as { maxObjectBytes: number }).maxObjectBytes - 1 }),
  ),
  'metadata of before stay': objects((o) => ({
    async put(key, body, options) {
      const before = await o.head(key);
      return o.put(key, body, { ...options, metadata: { ...before?.metadata, ...options?.metadata } });
    },
  })),
  'conditions are left out': objects((o) => ({
    put: (key, body, { condition: _, ...rest } = {}) => o.put(key, body, rest),
  })),
  'conditions of streams are left out': objects((o) => ({
    put: (key, body, { condition, ...rest } = {}) =>
      o.put(key, body, body instanceof Uint8Array && condition !== undefined ? { ...rest, condition } : rest),
  })),
  'conditions are checked one step before the write': objects((o) => ({
    async put(key, body, options = {}) {
      if (!(body instanceof Uint8Array)) return o.put(key, body, options);
      const rest = await early(o, key, options);
      return rest === undefined ? { kind: 'conflict' } : o.put(key, body, rest);
    },
  })),
  'conditions are checked as a stream begins': objects((o) => ({
    async put(key, body, options = {}) {
      if (body instanceof Uint8Array) return o.put(key, body, options);
      const rest = await early(o, key, options);
      return rest === undefined ? { kind: 'conflict' } : o.put(key, body, rest);
    },
  })),
  'the tag "*" is any': objects((o) => ({
    async put(key, body, options = {}) {
      const { condition } = options;
      if (typeof condition !== 'object' || condition.tag !== '*') return o.put(key, body, options);
      const tag = (await o.head(key))?.tag;
      return tag === undefined ? { kind: 'conflict' } : o.put(key, body, { ...options, condition: { tag } });
    },
  })),
  'a tag where nothing stands is no conflict': objects((o) => ({
    async put(key, body, { condition, ...rest } = {}) {
      const nothing = typeof condition === 'object' && (await o.head(key)) === undefined;
      return o.put(key, body, nothing || condition === undefined ? rest : { ...rest, condition });
    },
  })),
  'tags are made of the size': objects((o) => retagged(o, ({ sizeBytes }) => `"${sizeBytes}"`)),
  'tags count the writes since an object came': objects((o) => {
    const counts = new Map<string, number>();
    const places = new Map<string, string>();
    const tagOf = ({ key, tag }: ListedObject): string => {
      const place = `${key} ${tag}`;
      if (!places.has(place)) {
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        places.set(place, `"${count}"`);
      }
      return places.get(place)!;
    };
    return {
      ...retagged(o, tagOf),
      async delete(key) {
        await o.delete(key);
        counts.delete(key);
      },
    };
  }),
  'lists tell tags without their quotes': objects((o) => ({
    async list(options) {
      const page = await o.list(options);
      return { ...page, items: page.items.map((item) => ({ ...item, tag: item.tag.replaceAll('"', '') })) };
    },
  })),
  'a put is lost while another is under way': objects((o) => {
    let underWay = 0;
    return {
      async put(key, body, options) {
        if (underWay > 0) return { kind: 'written', tag: `"lost ${key}"` };
        underWay++;
        return o.put(key, body, options).finally(() => underWay--);
      },
    };
  }),
  'copies lose metadata': objects((o) => ({
    async copy(from, to) {
      const found = await o.get(from);
      if (found === undefined || from === to) return o.copy(from, to);
      const result = await o.put(to, found.body, { contentType: found.contentType });
      return { kind: 'copied', tag: result.kind === 'written' ? result.tag : '' };
    },
  })),
  'a copy leaves what stands': objects((o) => ({
    async copy(from, to) {
      const standing = await o.head(to);
      return standing === undefined ? o.copy(from, to) : { kind: 'copied', tag: standing.tag };
    },
  })),
  'a copy onto itself writes anew': objects((o) => ({
    async copy(from, to) {
      if (from !== to) return o.copy(from, to);
      const found = await o.get(from);
      if (found === undefined) return { kind: 'not-found' };
      const result = await o.put(to, found.body, { contentType: found.contentType, metadata: found.metadata });
      return { kind: 'copied', tag: result.kind === 'written' ? result.tag : '' };
    },
  })),
  'a copy of nothing removes': objects((o) => ({
    async copy(from, to) {
      const result = await o.copy(from, to);
      if (result.kind === 'not-found') await o.delete(to);
      return result;
    },
  })),
  'removing what is not there is an error': objects((o) => ({
    async delete(key) {
      if ((await o.head(key)) === undefined) throw new PortError('not-found', 'there is no such object');
      await o.delete(key);
    },
  })),
  'removing takes what lies below': objects((o) => ({
    async delete(key) {
      await o.delete(key);
      for (const item of (await o.list({ prefix: `${key}/` })).items) await o.delete(item.key);
    },
  })),
};

async function* first(body: AsyncIterable<Uint8Array>) {
  for await (const chunk of body) {
    yield chunk;
    return;
  }
}

async function* untilEmpty(body: AsyncIterable<Uint8Array>) {
  for await (const chunk of body) {
    if (chunk.length === 0) return;
    yield chunk;
  }
}

/** Tells other tags, wherever it tells any, and takes them as conditions. */
function retagged(o: Objects, tagOf: (item: ListedObject) => string): Partial<Objects> {
  const standing = async (key: string) => {
    const info = await o.head(key);
    return info && { ...info, tag: tagOf(info) };
  };
  return {
    head: standing,
    async get(key, options) {
      const found = await o.get(key, options);
      return found && { ...found, tag: tagOf(found) };
    },
    async list(options) {
      const page = await o.list(options);
      return { ...page, items: page.items.map((item) => ({ ...item, tag: tagOf(item) })) };
    },
    async put(key, body, { condition, ...rest } = {}) {
      const own = async () => {
        if (typeof condition !== 'object') return condition === undefined ? {} : { condition };
        const info = await o.head(key);
        return { condition: { tag: info !== undefined && tagOf(info) === condition.tag ? info.tag : 'none' } };
      };
      const result = await o.put(key, body, { ...rest, ...(await own()) });
      return result.kind === 'written' ? { ...result, tag: (await standing(key))!.tag } : result;
    },
    async copy(from, to) {
      const result = await o.copy(from, to);
      return result.kind === 'copied' ? { ...result, tag: (await standing(to))!.tag } : result;
    },
  };
}
