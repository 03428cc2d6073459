import type { Consumer, ContractOf, Delivery, MessagePort, Port } from '@portolan/kernel';
import type { ConformanceRun, EngineKind, Guarantees } from '../harness.ts';
import { memoryHarness } from '../memory-harness.ts';
import type { ObjectsHarness } from '../objects/objects-harness.ts';
import { runCase, type Case } from '../suite/case.ts';

/** What the reference is held by. */
type Harness = ObjectsHarness;

/** A fault to plant: what an engine does otherwise than the reference. */
export type Mutant = (base: Harness) => Partial<Harness>;

/** By what is wrong with it. */
export type Mutants = Readonly<Record<string, Mutant>>;

/** The reference with a fault planted. */
export function mutated(mutant: Mutant): ConformanceRun<Harness>['harness'] {
  return async () => {
    const base = await memoryHarness();
    return { ...base, ...mutant(base) };
  };
}

/** The reference with each of many faults planted, by what is wrong with it. */
export const faulty = (mutants: Mutants): Readonly<Record<string, () => Promise<Harness>>> =>
  Object.fromEntries(Object.entries(mutants).map(([wrong, mutant]) => [wrong, mutated(mutant)]));

/** The reference as it is, by both of the ways in which faults are planted. */
export const untouched = [mutated(() => ({})), mutated(contracts(() => ({})))];

/** The title of the first case that fails on an engine. */
export async function firstFailing<H extends AsyncDisposable>(
  cases: readonly Case<H>[],
  harness: () => Promise<H>,
): Promise<string | undefined> {
  for (const subject of cases) {
    try {
      await runCase(subject, { harness, engine: 'reference' });
    } catch {
      return subject.title;
    }
  }
  return undefined;
}

/** A model, on an engine to try it on. Rejects where the engine is wrong. */
export type ModelCheck = (
  run: {
    readonly harness: ConformanceRun<Harness>['harness'];
    readonly engine: EngineKind;
    readonly guarantees: Guarantees;
  },
  settings: { readonly numRuns: number; readonly seed: number },
) => Promise<void>;

/** What a model says of a fault, or undefined; its seed is fixed, so that it always notices or never. */
export async function failureOf(check: ModelCheck, mutant: Mutant): Promise<string | undefined> {
  const guarantees = { delay: true, ordered: true, dedupe: true } as const;
  try {
    await check({ harness: mutated(mutant), engine: 'reference', guarantees }, { numRuns: 300, seed: 7 });
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** A mutant whose contracts differ: methods replaced, or the port opened as if it were declared otherwise. */
export function contracts<C extends object>(
  replace: (contract: C, base: Harness, port: Port) => Partial<C>,
  redeclare: (port: Port) => object = () => ({}),
): Mutant {
  return (base) => {
    const opened = new Map<string, object>();
    return {
      async open<P extends Port>(port: P) {
        const contract = methodsOf((await base.open({ ...port, ...redeclare(port) })) as unknown as C);
        // What a fault keeps in memory is kept for the engine's life, not for one opening.
        if (!opened.has(port.name)) opened.set(port.name, { ...contract, ...replace(contract, base, port) });
        return opened.get(port.name) as ContractOf<P>;
      },
      consume: (port, consumer, options) =>
        base.consume({ ...port, ...redeclare(port as unknown as Port) } as MessagePort, consumer, options),
    };
  };
}

/** A contract as a plain object of its methods, whether it was that or of a class. */
function methodsOf<C extends object>(contract: C): C {
  const prototype = Object.getPrototypeOf(contract) as object;
  if (prototype === Object.prototype) return contract;
  const bound = Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== 'constructor')
    .map((name) => [name, (contract[name as keyof C] as () => unknown).bind(contract)]);
  return Object.fromEntries(bound) as C;
}

/** A mutant that hands consumers something else than it should, or makes something else of their answers. */
export function deliveries(wrap: (consumer: Consumer, base: Harness) => Consumer): Mutant {
  return (base) => ({ consume: (port, consumer, options) => base.consume(port, wrap(consumer, base), options) });
}

/** A mutant that changes each delivery on its way. */
export const altered = (change: (delivery: Delivery, base: Harness) => Partial<Delivery>): Mutant =>
  deliveries(
    (consumer, base) => (batch) => consumer(batch.map((delivery) => ({ ...delivery, ...change(delivery, base) }))),
  );

/** A mutant that changes what handlers throw. */
export const rejecting = (change: (error: unknown) => unknown): Mutant =>
  deliveries(
    (consumer) => (batch) =>
      consumer(batch).map(async (answer) =>
        answer.catch((error: unknown) => {
          const changed = change(error);
          if (changed !== undefined) throw changed;
        }),
      ),
  );

/** Forgets everything when the process ends, as what is kept in memory alone does. */
export const forgetful: Mutant = (base) => {
  let current = base;
  let behindMs = 0;
  return {
    open: (port) => current.open(port),
    consume: (port, consumer, options) => current.consume(port, consumer, options),
    now: () => current.now() + behindMs,
    pass: (durationMs) => current.pass(durationMs),
    settle: () => current.settle(),
    request: (url, init) => current.request(url, init),
    async restart() {
      const next = await memoryHarness();
      behindMs += current.now() - next.now();
      current = next;
    },
  };
};
