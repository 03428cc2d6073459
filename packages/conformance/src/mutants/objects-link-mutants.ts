import { PoisonMessage, type Objects, type ObjectsPort } from '@portolan/kernel';
import { altered, contracts, rejecting, type Mutant, type Mutants } from './mutant.ts';
import { topicMutants } from './topic-mutants.ts';

const objects = contracts<Objects>;

/** Changes what is asked of signed URLs. */
const requests =
  (change: (url: string, init: Parameters<Requests>[1]) => readonly [string, Parameters<Requests>[1]]): Mutant =>
  (base) => ({ request: (url, init) => base.request(...change(url, init)) });
type Requests = Parameters<Mutant>[0]['request'];

/** Faults of signed URLs. */
export const objectsLinkMutants: Mutants = {
  'URLs to read never expire': objects((o) => ({
    readUrl: (key, options) => o.readUrl(key, { ...options, expiresInMs: options.expiresInMs + 60_000 }),
  })),
  'URLs to write never expire': objects((o) => ({
    writeUrl: (key, options) => o.writeUrl(key, { ...options, expiresInMs: options.expiresInMs + 60_000 }),
  })),
  'signed URLs live for half of the time': objects((o) => ({
    readUrl: (key, { expiresInMs }) => o.readUrl(key, { expiresInMs: Math.max(1_000, expiresInMs / 4) }),
  })),
  'signatures of reads are not looked at': unsigned('GET'),
  'signatures of writes are not looked at': unsigned('PUT'),
  'any life is signed for': objects((o) => ({
    readUrl: (key, { expiresInMs }) => o.readUrl(key, { expiresInMs: Math.min(Math.max(1_000, expiresInMs), 4e7) }),
  })),
  'a URL to read is one to write': (base) => {
    const writing = new Map<string, string>();
    const signing = objects((o) => ({
      async readUrl(key, options) {
        const url = await o.readUrl(key, options);
        writing.set(url, (await o.writeUrl(key, options)).url);
        return url;
      },
    }));
    return {
      ...signing(base),
      request: (url, init) => base.request(init?.method === 'PUT' ? (writing.get(url) ?? url) : url, init),
    };
  },
  'a URL to write is one to read': (base) => {
    const reading = new Map<string, string>();
    const signing = objects((o) => ({
      async writeUrl(key, options) {
        const signed = await o.writeUrl(key, options);
        reading.set(signed.url, await o.readUrl(key, options));
        return signed;
      },
    }));
    return {
      ...signing(base),
      request: (url, init) => base.request((init?.method ?? 'GET') === 'GET' ? (reading.get(url) ?? url) : url, init),
    };
  },
  'the type of a signed write is free': objects((o) => ({
    async writeUrl(key, { contentType, ...rest }) {
      const signed = await o.writeUrl(key, rest);
      return { ...signed, headers: contentType === undefined ? {} : { 'content-type': contentType } };
    },
  })),
  'the type of a signed write is dropped': objects((o) => ({
    writeUrl: (key, { contentType: _, ...rest }) => o.writeUrl(key, rest),
  })),
  'signed URLs know no ranges': requests((url, init) => [url, { ...init, headers: {} }]),
  'what is not there is empty by its URL': (base) => ({
    async request(url, init) {
      const response = await base.request(url, init);
      return response.status === 404 ? { ...response, status: 200 } : response;
    },
  }),
  'only what is there can be signed for': objects((o) => ({
    async readUrl(key, options) {
      if ((await o.head(key)) === undefined) throw new Error('there is no such object');
      return o.readUrl(key, options);
    },
  })),
};

/** Faults of telling who listens. */
export const objectsCreatedMutants: Mutants = {
  'filters are ignored': (base) => ({
    consume: (port, consumer, options) => base.consume(port, consumer, { ...options, filter: {} }),
  }),
  'the first prefix of a filter is the only one': (base) => ({
    consume(port, consumer, options) {
      const prefixes = (options?.filter as { readonly prefix?: readonly string[] } | undefined)?.prefix;
      const filter = prefixes === undefined ? {} : { prefix: prefixes.slice(0, 1) };
      return base.consume(port, consumer, { ...options, filter });
    },
  }),
  'a filter names whole segments': (base) => ({
    consume: (port, consumer, options) =>
      base.consume(port, consumer, {
        ...options,
        filter: Object.fromEntries(
          Object.entries(options?.filter ?? {}).map(([name, values = []]) => [
            name,
            values.map((v) => (v.endsWith('/') ? v : `${v}/`)),
          ]),
        ),
      }),
  }),
  'keys of events are encoded': altered(({ message }) => ({ message: renamed(message, encodeURIComponent) })),
  'a blank in the key of an event is a plus': altered(({ message }) => ({
    message: renamed(message, (key) => key.replaceAll(' ', '+')),
  })),
  'events tell no size': altered(({ message }) => ({ message: { ...(message as object), sizeBytes: 0 } })),
  'events tell a tag without its quotes': altered(({ message }) => ({
    message: { ...(message as object), tag: (message as { tag: string }).tag.replaceAll('"', '') },
  })),
  'attempts are always 1': altered(() => ({ attempt: 1 })),
  'ids change with each delivery': altered(({ id, attempt }) => ({ id: `${id}/${attempt}` })),
  'the instant is that of 1970': altered(() => ({ at: 0 })),
  'failed events are taken for handled': rejecting(() => undefined),
  'poison is tried again': rejecting((error) => (error instanceof PoisonMessage ? new Error(error.message) : error)),
  'a later delivery is a retry': rejecting((error) =>
    error instanceof Error && error.name === 'RetryLater' ? new Error(error.message) : error,
  ),
  'the default number of attempts is made': objects(
    () => ({}),
    (port) => ({ retry: { ...(port as ObjectsPort).retry, maxAttempts: 5 } }),
  ),
  'each part of a large object is told': objects((o) => ({
    async put(key, body, options) {
      const result = await o.put(key, body, options);
      if (result.kind === 'written' && (await o.head(key))!.sizeBytes > 8_388_608) await o.copy(key, `${key}.part`);
      return result;
    },
  })),
  'a listener that is down misses what happens': topicMutants['a subscription ends with its consumer']!,
  'a removal is told, too': objects((o) => ({
    async delete(key) {
      if ((await o.head(key)) !== undefined) await o.put(key, new Uint8Array());
      await o.delete(key);
    },
  })),
};

const renamed = (message: unknown, rename: (key: string) => string) => {
  const event = message as { readonly key: string };
  return { ...event, key: rename(event.key) };
};

/** Serves requests of a method by what was last signed for their path. */
function unsigned(method: 'GET' | 'PUT'): Mutant {
  return (base) => {
    const good = new Map<string, string>();
    const keep = (url: string): string => {
      good.set(url.split('?')[0]!, url);
      return url;
    };
    const signing = objects((o) => ({
      readUrl: async (key, options) => (method === 'GET' ? keep : String)(await o.readUrl(key, options)),
      async writeUrl(key, options) {
        const signed = await o.writeUrl(key, options);
        return { ...signed, url: (method === 'PUT' ? keep : String)(signed.url) };
      },
    }));
    const request: Requests = (url, init) =>
      base.request((init?.method ?? 'GET') === method ? (good.get(url.split('?')[0]!) ?? url) : url, init);
    return { ...signing(base), request };
  };
}
