import type { Consumer, ContractOf, Delivery, MessagePort, Port } from '@portolan/kernel';
import type { ConformanceRun, EngineKind, Guarantees, Harness } from '../harness.ts';
import { memoryHarness } from '../memory-harness.ts';
import { runCase, type Case } from '../suite/case.ts';

/** A fault to plant: what an engine does otherwise than the reference. */
export type Mutant = (base: Harness) => Partial<Harness>;

/** By what is wrong with it. */
export type Mutants = Readonly<Record<string, Mutant>>;

/** The reference with a fault planted. */
export function mutated(mutant: Mutant): ConformanceRun['harness'] {
  return async () => {
    const base = await memoryHarness();
    return { ...base, ...mutant(base) };
  };
}

/** The title of the first case that notices the fault. */
export async function noticedBy(cases: readonly Case[], mutant: Mutant): Promise<string | undefined> {
  for (const subject of cases) {
    try {
      await runCase(subject, { harness: mutated(mutant) });
    } catch {
      return subject.title;
    }
  }
  return undefined;
}

/** A model, on an engine to try it on. Rejects where the engine is wrong. */
export type ModelCheck = (
  run: { readonly harness: ConformanceRun['harness']; readonly engine: EngineKind; readonly guarantees: Guarantees },
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
        const contract = (await base.open({ ...port, ...redeclare(port) })) as unknown as C;
        // What a fault keeps in memory is kept for the engine's life, not for one opening.
        if (!opened.has(port.name)) opened.set(port.name, { ...contract, ...replace(contract, base, port) });
        return opened.get(port.name) as ContractOf<P>;
      },
      consume: (port, consumer, options) =>
        base.consume({ ...port, ...redeclare(port as unknown as Port) } as MessagePort, consumer, options),
    };
  };
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
    async restart() {
      const next = await memoryHarness();
      behindMs += current.now() - next.now();
      current = next;
    },
  };
};
