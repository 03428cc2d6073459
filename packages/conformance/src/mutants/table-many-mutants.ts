import type { EditResult, PortError, Stored, Table, TableEdit } from '@portolan/kernel';
import type { Thing, ThingKey } from '../table/things.ts';
import { contracts, type Mutants } from './mutant.ts';

type T = Table<Thing, ThingKey>;
const table = contracts<T>;
type Edit = TableEdit<Thing, ThingKey>;
const keyIn = (edit: Edit): ThingKey => ('put' in edit ? edit.put : edit.delete);
const keyText = ({ group, id }: ThingKey): string => JSON.stringify([group, id]);
const conflict: EditResult = { kind: 'conflict' };

/** Calls in parts, as for an engine that takes fewer at once. */
async function inParts<One, Answer>(
  all: readonly One[],
  size: number,
  call: (part: readonly One[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < all.length; start += size) answers.push(...(await call(all.slice(start, start + size))));
  return answers;
}

/** One write of many, as the single writes do it. */
const single = (t: T, edit: Edit): Promise<EditResult> =>
  'put' in edit ? t.put(edit.put, edit) : t.delete(edit.delete, edit);

/** Faults of `getMany`. */
const readMutants: Mutants = {
  'many reads are answered in the order of storage': table((t) => ({
    async getMany(keys) {
      const order = keys.toSorted((x, y) => (keyText(x) < keyText(y) ? -1 : 1));
      return t.getMany(order);
    },
  })),
  'many reads leave out what is absent': table((t) => ({
    getMany: async (keys) => (await t.getMany(keys)).filter((stored) => stored !== undefined),
  })),
  'many reads answer a key named twice once': table((t) => ({
    getMany: (keys) => t.getMany([...new Map(keys.map((key) => [keyText(key), key])).values()]),
  })),
  'many reads end after 100': table((t) => ({
    getMany: async (keys) => [
      ...(await t.getMany(keys.slice(0, 100))),
      ...(await t.getMany(keys.slice(100))).map(() => undefined),
    ],
  })),
  'many reads take more than 1,000 keys': table((t) => ({
    getMany: (keys) => inParts(keys, 1_000, (part) => t.getMany(part)),
  })),
  'many reads show what has expired': table((t) => {
    const last = new Map<string, Stored<Thing>>();
    return {
      async put(item, options = {}) {
        const result = await t.put(item, options);
        if (result.kind === 'written') last.set(keyText(item), { item, ...result });
        return result;
      },
      getMany: async (keys) => (await t.getMany(keys)).map((stored, n) => stored ?? last.get(keyText(keys[n]!))),
    };
  }),
  'many reads do not tell the expiry': table((t) => ({
    getMany: async (keys) =>
      (await t.getMany(keys)).map((stored) => stored && { item: stored.item, version: stored.version }),
  })),
  'many reads skip a malformed key': table((t) => ({
    getMany: (keys) => Promise.all(keys.map((key) => t.get(key).catch(() => undefined))),
  })),
};

/** Faults of `writeMany`. */
const writeMutants: Mutants = {
  'many writes end at the first conflict': table((t) => ({
    async writeMany(writes) {
      const results: EditResult[] = [];
      for (const write of writes)
        results.push(results.at(-1)?.kind === 'conflict' ? conflict : (await t.writeMany([write]))[0]!);
      return results;
    },
  })),
  'many writes are answered partition by partition': table((t) => ({
    async writeMany(writes) {
      const byPartition = Map.groupBy(writes, (write) => keyIn(write).group);
      return (await Promise.all([...byPartition.values()].map((part) => t.writeMany(part)))).flat();
    },
  })),
  'many writes leave conditions out': table((t) => ({
    writeMany: (writes) => t.writeMany(writes.map(({ condition: _, ...write }) => write as Edit)),
  })),
  'many writes check conditions one step before they write': table((t) => ({
    async writeMany(writes) {
      const stored = await t.getMany(writes.map(keyIn));
      const holds = writes.map(
        ({ condition }, n) =>
          condition === undefined ||
          (condition === 'absent' ? stored[n] === undefined : stored[n]?.version === condition.version),
      );
      const unconditional = writes.map(({ condition: _, ...write }) => write as Edit);
      const written = await t.writeMany(unconditional.filter((_write, n) => holds[n]));
      let next = 0;
      return holds.map((held) => (held ? written[next++]! : conflict));
    },
  })),
  'many writes throw for one too large item': table((t) => ({
    async writeMany(writes) {
      const results = await t.writeMany(writes);
      for (const result of results) if (result.kind === 'failed') throw result.error;
      return results;
    },
  })),
  'one too large item spoils the rest': table((t) => ({
    async writeMany(writes) {
      const tooLarge = writes.findIndex((write) => JSON.stringify(write).length > 1_024);
      if (tooLarge === -1 || writes.length > 3) return t.writeMany(writes);
      const failed = await t.writeMany(writes.slice(tooLarge, tooLarge + 1));
      return writes.map(() => failed[0]!);
    },
  })),
  'many writes lose what is over 25': table((t) => ({
    async writeMany(writes) {
      const results = await t.writeMany(writes.slice(0, 25));
      const rest = writes.slice(25).map((): EditResult => ({ kind: 'written', version: 'lost' }));
      return [...results, ...rest];
    },
  })),
  'many writes take more than 1,000': table((t) => ({
    writeMany: (writes) => inParts(writes, 1_000, (part) => t.writeMany(part)),
  })),
  'many writes take a key twice, and the last write counts': table((t) => ({
    async writeMany(writes) {
      const last = new Map(writes.map((write) => [keyText(keyIn(write)), write]));
      const results = await t.writeMany([...last.values()]);
      const order = [...last.keys()];
      return writes.map((write) => results[order.indexOf(keyText(keyIn(write)))]!);
    },
  })),
  'many writes skip a malformed key': table((t) => ({
    writeMany: (writes) =>
      Promise.all(
        writes.map((write) =>
          t
            .writeMany([write])
            .then(([result]) => result!)
            .catch((error: PortError): EditResult => ({ kind: 'failed', error })),
        ),
      ),
  })),
  'many writes drop the expiry': table((t) => ({
    writeMany: (writes) =>
      t.writeMany(
        writes.map((write) =>
          'put' in write
            ? { put: write.put, ...(write.condition === undefined ? {} : { condition: write.condition }) }
            : write,
        ),
      ),
  })),
  'many writes answer with a version of their own': table((t) => ({
    writeMany: async (writes) =>
      (await t.writeMany(writes)).map((result) =>
        result.kind === 'written' ? { ...result, version: `${result.version}+` } : result,
      ),
  })),
  'removing nothing among many writes is a conflict': table((t) => ({
    async writeMany(writes) {
      const stored = await t.getMany(writes.map(keyIn));
      const results = await t.writeMany(writes);
      return results.map((result, n) => ('delete' in writes[n]! && stored[n] === undefined ? conflict : result));
    },
  })),
  'keys are compared as they read when joined': table((t) => ({
    async writeMany(writes) {
      const joined = new Map(writes.map((write) => [keyIn(write).group + keyIn(write).id, write]));
      const results = await t.writeMany([...joined.values()]);
      return writes.map((write) => results[[...joined.values()].indexOf(write)] ?? conflict);
    },
  })),
  'many writes are answered before they are done': table((t) => ({
    async writeMany(writes) {
      if (writes.length !== 2) return t.writeMany(writes);
      const first = await single(t, writes[0]!);
      void t.writeMany(writes.slice(1));
      return [first, { kind: 'written', version: 'soon' }];
    },
  })),
};

export const manyMutants: Mutants = { ...readMutants, ...writeMutants };
