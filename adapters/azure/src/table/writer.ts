import { fullJitter, PortError, sideBySide, type Environment, type TransactResult } from '@portolan/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import { slotOf, type Draft, type Slot } from './entity.ts';
import type { EntityStore, Outcome } from './entity-store.ts';
import { leadsHere, width, type IndexRows } from './index-rows.ts';
import type { KnownSlots } from './known-slots.ts';
import { holds, rowsOnlyIn, stepFor, type Ground, type Intent, type Row, type Step } from './steps.ts';

/**
 * How often a write is tried against others that keep winning, and how long it waits in between: 25 times over about six
 * seconds, then it is a `conflict`.
 */
export const contention = { maxAttempts: 25, baseMs: 5, capMs: 500 } as const;

/** Writes to one table, with its index rows: each write at the ground that was read for it, again where that has changed. */
export class Writer {
  readonly #name: string;
  readonly #store: EntityStore;
  readonly #rows: IndexRows;
  readonly #known: KnownSlots;
  readonly #environment: Environment;

  constructor(name: string, store: EntityStore, rows: IndexRows, known: KnownSlots, environment: Environment) {
    this.#name = name;
    this.#store = store;
    this.#rows = rows;
    this.#known = known;
    this.#environment = environment;
  }

  /**
   * Does all of the writes, or none.
   *
   * @param joint - Whether they are one transaction; otherwise there is just one.
   * @throws {PortError} `conflict` when others kept winning.
   */
  async commit(intents: readonly Intent[], joint: boolean): Promise<TransactResult> {
    const mark = this.#environment.ids.next();
    const added: Row[] = [];
    let grounds = this.guess(intents, joint);
    for (let round = 1; ; round++) {
      const guessed = round === 1 && grounds !== undefined;
      grounds = guessed ? grounds! : await this.read(intents);
      // The client repeats a request whose answer was lost: the conflict that it then meets may be with itself.
      if (round > 1 && intents.some((intent, index) => isOwn(intent, grounds![index], mark)))
        return { kind: 'written' };
      const failed = this.firstFailed(intents, grounds);
      if (failed === -1) {
        if (await this.attempt(intents, grounds, joint, added, mark)) return { kind: 'written' };
      } else if (!guessed && (await this.#stillStands(intents.slice(0, failed + 1), grounds))) {
        await this.withdraw(added, grounds);
        return { kind: 'conflict', index: failed };
      }
      await this.pause(round);
    }
  }

  /**
   * Removes the index rows that lost attempts have put there, but for those that an item names: an attempt may have won
   * although its answer was lost, and whoever wrote after it has kept its rows. What no item names now none ever will.
   *
   * @param grounds - Read after the attempts.
   */
  async withdraw(added: readonly Row[], grounds: readonly Ground[]): Promise<void> {
    const named = (row: Row): boolean =>
      grounds.some((ground) => ground !== undefined && ground !== 'any' && leadsHere(ground.places, row));
    await this.#rows.remove(added.filter((row) => !named(row)));
  }

  /** Waits before another attempt. @throws {PortError} `conflict` when there were enough. */
  async pause(round: number): Promise<void> {
    if (round === contention.maxAttempts)
      throw new PortError('conflict', `table "${this.#name}": other writers kept winning, ${round} times`);
    if (round > 1) await sleep(fullJitter(round - 1, this.#environment.random.next(), contention));
  }

  /** The index of the first write whose condition does not hold, or -1. */
  firstFailed(intents: readonly Intent[], grounds: readonly Ground[]): number {
    const now = this.#environment.clock.now();
    return intents.findIndex(({ condition }, index) => !holds(condition, grounds[index], now));
  }

  /**
   * One attempt at the writes, whose conditions hold.
   *
   * @param added - Takes the index rows that were put there, for whoever gives up.
   * @param mark - The version of marks of removal that are put.
   * @returns Whether they were done; otherwise none was, as a ground had changed.
   */
  async attempt(
    intents: readonly Intent[],
    grounds: readonly Ground[],
    joint: boolean,
    added: Row[],
    mark = this.#environment.ids.next(),
  ): Promise<boolean> {
    const steps = intents.map((intent, index) => stepFor(intent, grounds[index], joint, mark));
    const fresh = steps.flatMap((step, index) => freshRows(step, grounds[index]));
    await this.#rows.add(fresh);
    added.push(...fresh);
    const outcome = await (joint ? this.#store.performAll(steps) : this.#store.perform(steps[0]!));
    if (outcome.kind === 'lost') return false;
    this.#remember(steps, grounds, outcome);
    await this.#tidy(steps, grounds, outcome, mark);
    return true;
  }

  /** What can be known without reading; `undefined` where something has to be read. */
  guess(intents: readonly Intent[], joint: boolean): Ground[] | undefined {
    const grounds: Ground[] = [];
    for (const { address, condition, kind } of intents) {
      if (condition === 'absent') grounds.push(undefined);
      else if (condition !== undefined) {
        const slot = this.#known.of(address, condition.version);
        if (slot === undefined) return undefined;
        grounds.push(slot);
        // The rows that an item has in indexes must be known to whoever overwrites it.
      } else if (this.#rows.indexes.length === 0 && (kind === 'put' || !joint)) grounds.push('any');
      else return undefined;
    }
    return grounds;
  }

  /** What lies under the keys. */
  read(intents: readonly Intent[]): Promise<Ground[]> {
    return sideBySide(intents, width, async ({ address }) => {
      const raw = await this.#store.read(address, true);
      return raw && slotOf(raw, this.#name);
    });
  }

  /**
   * Whether the grounds are still the ones that were read one after the other: then there was an instant between the two
   * readings at which all of them were as they are.
   */
  async #stillStands(intents: readonly Intent[], grounds: readonly Ground[]): Promise<boolean> {
    if (intents.length === 1) return true;
    const again = await this.read(intents);
    return again.every((ground, index) => etagOf(ground) === etagOf(grounds[index]));
  }

  #remember(steps: readonly Step[], grounds: readonly Ground[], { etags }: Outcome & { kind: 'done' }): void {
    steps.forEach((step, index) => {
      const etag = etags[index];
      if (etag === undefined) return;
      const ground = grounds[index];
      if ('draft' in step)
        this.#known.remember(step.address, { ...slotFieldsOf(step.draft), places: step.places, etag });
      else if (step.kind === 'touch') this.#known.remember(step.address, { ...(ground as Slot), etag });
    });
  }

  /** Takes away what a write leaves behind: rows of the item before it, and marks of removals. */
  async #tidy(steps: readonly Step[], grounds: readonly Ground[], { etags }: Outcome & { kind: 'done' }, mark: string) {
    const stale = steps.flatMap((step, index) => {
      const ground = grounds[index];
      if (ground === undefined || ground === 'any' || step.kind === 'touch' || step.kind === 'nothing') return [];
      return rowsOnlyIn(ground.places, 'places' in step ? step.places : {});
    });
    const marks = steps.flatMap((step, index): Step[] =>
      'draft' in step && step.draft.version === mark && etags[index] !== undefined
        ? [{ address: step.address, kind: 'remove', etag: etags[index] }]
        : [],
    );
    await Promise.all([
      this.#rows.remove(stale),
      // A mark is nothing to anybody: where it stays, or somebody has written over it, all is well.
      sideBySide(marks, width, (step) => this.#store.perform(step).catch(() => undefined)),
    ]);
  }
}

const slotFieldsOf = ({ version, expiresAt }: Draft) => ({ version, expiresAt });

const etagOf = (ground: Ground): string | undefined => (ground === 'any' ? undefined : ground?.etag);

function isOwn(intent: Intent, ground: Ground, mark: string): boolean {
  if (ground === undefined || ground === 'any') return false;
  return ground.version === (intent.kind === 'put' ? intent.draft.version : mark);
}

function freshRows(step: Step, ground: Ground) {
  if (!('places' in step)) return [];
  const before = ground === undefined || ground === 'any' ? {} : ground.places;
  return rowsOnlyIn(step.places, before).map((row) => ({ ...row, item: step.address }));
}
