import type { Stored, Table } from '@portolan/kernel';
import type { Thing, ThingKey } from '../table/things.ts';
import { contracts, forgetful, type Mutants } from './mutant.ts';
import { manyMutants } from './table-many-mutants.ts';
import { queryMutants, valueMutants } from './table-read-mutants.ts';

type T = Table<Thing, ThingKey>;
const table = contracts<T>;
const keyText = ({ group, id }: ThingKey): string => JSON.stringify([group, id]);

const writeMutants: Mutants = {
  'updates read, decide and write in three steps': table((t) => ({
    async update(key, decide) {
      const decision = decide(await t.get(key));
      if (decision.write !== undefined) await t.put(decision.write, decision);
      else if (decision.delete === true) await t.delete(key);
      return decision.result;
    },
  })),
  'updates write what they were to leave alone': table((t) => ({
    update: (key, decide) =>
      t.update(key, (current) => {
        const decision = decide(current);
        return decision.delete === true || decision.write !== undefined || current === undefined
          ? decision
          : { ...current, write: current.item, ...decision };
      }),
  })),
  'increments read and write in two steps': table((t) => ({
    async increment(key, by) {
      const current = await t.get(key);
      const item: Record<string, unknown> = { ...key, ...current?.item };
      for (const [field, delta] of Object.entries(by)) item[field] = Number(item[field] ?? 0) + delta;
      await t.put(item as unknown as Thing, current);
      return item as unknown as Thing;
    },
  })),
  'increments answer with an item of later': table((t) => ({
    async increment(key, by, options) {
      await t.increment(key, by, options);
      return (await t.get(key))!.item;
    },
  })),
  'increments drop the expiry': table((t) => ({
    async increment(key, by, options) {
      const item = await t.increment(key, by, options);
      const expires = (await t.get(key))?.expiresAt !== undefined;
      if (expires && options?.expiresAt === undefined) await t.put(item);
      return item;
    },
  })),
  'the condition `absent` is ignored': table((t) => ({
    put: (item, { condition, ...options } = {}) =>
      t.put(item, condition === 'absent' ? options : { ...options, ...(condition && { condition }) }),
  })),
  'version conditions of puts are ignored': table((t) => ({
    put: (item, { condition, ...options } = {}) =>
      t.put(item, condition === 'absent' ? { ...options, condition } : options),
  })),
  'conditions are checked one step before the write': table((t) => ({
    async put(item, { condition, ...options } = {}) {
      const current = await t.get(item);
      if (
        condition === 'absent'
          ? current !== undefined
          : condition !== undefined && condition.version !== current?.version
      )
        return { kind: 'conflict' };
      return t.put(item, options);
    },
  })),
  'conditions of removals are ignored': table((t) => ({ delete: (key) => t.delete(key) })),
  'removing nothing is a conflict': table((t) => ({
    delete: async (key, options) => ((await t.get(key)) === undefined ? { kind: 'conflict' } : t.delete(key, options)),
  })),
  'versions are made of the content': table((t) => {
    const hashed = <S extends Stored<Thing> | undefined>(stored: S): S =>
      stored && { ...stored, version: JSON.stringify(stored.item) };
    return {
      get: async (key) => hashed(await t.get(key)),
      query: async (range) => {
        const page = await t.query(range);
        return { ...page, items: page.items.map(hashed) };
      },
      update: (key, decide) => t.update(key, (current) => decide(hashed(current))),
      async put(item, { condition, ...options } = {}) {
        if (condition === undefined || condition === 'absent') {
          if ((await t.put(item, { ...options, ...(condition && { condition }) })).kind === 'conflict')
            return { kind: 'conflict' };
        } else if (condition.version !== hashed(await t.get(item))?.version) return { kind: 'conflict' };
        else await t.put(item, options);
        return { kind: 'written', version: JSON.stringify(item) };
      },
    };
  }),
  'puts merge with what stands': table((t) => ({
    put: async (item, options) => t.put({ ...(await t.get(item))?.item, ...item }, options),
  })),
  'a put is lost while another is under way': table((t) => {
    let underWay = 0;
    return {
      async put(item, options) {
        if (underWay > 0 && options?.condition === undefined) return { kind: 'written', version: 'lost' };
        underWay++;
        return t.put(item, options).finally(() => underWay--);
      },
    };
  }),
  'keys are compared without regard to case': table((t) => ({
    get: (key) => t.get({ ...key, id: key.id.toLowerCase() }),
    put: (item, options) => t.put(typeof item.id === 'string' ? { ...item, id: item.id.toLowerCase() } : item, options),
  })),
  'everything is forgotten with the process': forgetful,
};

const transactMutants: Mutants = {
  'transactions write one by one': table((t) => ({
    async transact(writes) {
      for (const [index, write] of writes.entries())
        if ((await t.transact([write])).kind === 'conflict') return { kind: 'conflict', index };
      return { kind: 'written' };
    },
  })),
  'transactions check first and write later': table((t) => ({
    async transact(writes) {
      for (const [index, write] of writes.entries()) {
        const key = 'put' in write ? write.put : 'delete' in write ? write.delete : write.check;
        const { condition } = write;
        const version = (await t.get(key))?.version;
        if (condition !== undefined && (condition === 'absent' ? version !== undefined : condition.version !== version))
          return { kind: 'conflict', index };
      }
      return t.transact(
        writes
          .filter((write) => !('check' in write))
          .map(({ condition: _, ...write }) => write as (typeof writes)[number]),
      );
    },
  })),
  'transactions tell the first index whatever failed': table((t) => ({
    async transact(writes) {
      const result = await t.transact(writes);
      return result.kind === 'conflict' ? { kind: 'conflict', index: 0 } : result;
    },
  })),
  'transactions leave checks out': table((t) => ({
    transact: (writes) => t.transact(writes.filter((write) => !('check' in write))),
  })),
  'transactions take more than 100 writes': table((t) => ({
    async transact(writes) {
      for (let start = 100; start < writes.length; start += 100) await t.transact(writes.slice(start, start + 100));
      return t.transact(writes.slice(0, 100));
    },
  })),
  'transactions take a key twice, and the last write counts': table((t) => ({
    transact: (writes) =>
      t.transact([
        ...new Map(
          writes.map((write) => [
            keyText('put' in write ? write.put : 'delete' in write ? write.delete : write.check),
            write,
          ]),
        ).values(),
      ]),
  })),
  'transactions span partitions': table((t) => ({
    async transact(writes) {
      const groups = Map.groupBy(
        writes,
        (write) => ('put' in write ? write.put : 'delete' in write ? write.delete : write.check).group,
      );
      const results = await Promise.all([...groups.values()].map((of) => t.transact(of)));
      return results.find(({ kind }) => kind === 'conflict') ?? { kind: 'written' };
    },
  })),
};

export const tableMutants: Mutants = {
  ...writeMutants,
  ...transactMutants,
  ...manyMutants,
  ...queryMutants,
  ...valueMutants,
};
