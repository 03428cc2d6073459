import {
  PortError,
  type Condition,
  type EditResult,
  type Environment,
  type TransactResult,
  sideBySide,
  type WriteResult,
} from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error-of.ts';
import { isDisturbed, isUnmet, type Collection } from './collection.ts';
import { contend } from './contend.ts';
import type { Fields, Precondition, Write, Written } from './firestore-wire.ts';
import { holds, preconditionOf, versionOf } from './stored.ts';

/** What is to become of one document. */
export interface Step {
  readonly name: string;
  readonly condition: Condition | undefined;
  readonly action:
    | { readonly kind: 'put'; readonly fields: Fields; readonly expiresAt: number | undefined }
    | { readonly kind: 'delete' }
    | { readonly kind: 'check' };
}

/** Steps under way one by one at a time, of those that a batch could not do. */
const singlesAtOnce = 10;

/** Conditional writes: what Firestore checks with a write, and what has to be read because it cannot. */
export class Writes {
  readonly #what: string;
  readonly #collection: Collection;
  readonly #environment: Pick<Environment, 'clock' | 'random'>;

  /** @param what - For messages, `table "tasks"`. */
  constructor(what: string, collection: Collection, environment: Pick<Environment, 'clock' | 'random'>) {
    this.#what = what;
    this.#collection = collection;
    this.#environment = environment;
  }

  /** One step by itself. */
  async one(step: Step): Promise<WriteResult> {
    const result = await this.#all([step], (written, commitTime) => resultOf(step, written[0], commitTime));
    return 'index' in result ? { kind: 'conflict' } : result;
  }

  /** All of the steps, or none. */
  async together(steps: readonly Step[]): Promise<TransactResult> {
    if (steps.length === 0) return { kind: 'written' };
    return this.#all(steps, () => ({ kind: 'written' }));
  }

  /** Each step on its own: in batches, and one by one where a batch was refused what may still be. */
  async each(steps: readonly (Step | PortError)[]): Promise<readonly EditResult[]> {
    const now = this.#environment.clock.now();
    const results: (EditResult | undefined)[] = steps.map((step) => {
      if (step instanceof PortError) return { kind: 'failed', error: step };
      return this.#preconditions([step], now) === undefined ? { kind: 'conflict' } : undefined;
    });
    const open = steps.flatMap((step, index) => (results[index] === undefined ? [{ step: step as Step, index }] : []));
    const outcomes = await this.#collection.batchWrite(
      open.map(({ step }) => writeOf(step, this.#preconditions([step], now)![0])),
    );
    const again: typeof open = [];
    for (const [at, { step, index }] of open.entries()) {
      const outcome = outcomes[at]!;
      if (!(outcome instanceof Error)) results[index] = resultOf(step, outcome, outcome.updateTime ?? 'removed');
      else if (isUnmet(outcome) && step.condition !== 'absent') results[index] = { kind: 'conflict' };
      else again.push({ step, index });
    }
    await sideBySide(again, singlesAtOnce, async ({ step, index }) => {
      results[index] = await this.one(step).catch((error: unknown): EditResult => ({
        kind: 'failed',
        error: portErrorOf(error, `${this.#what}: write`),
      }));
    });
    return results as EditResult[];
  }

  async #all<Result>(
    steps: readonly Step[],
    done: (written: readonly Written[], commitTime: string) => Result,
  ): Promise<Result | { readonly kind: 'conflict'; readonly index: number }> {
    const conditional = steps.some(({ condition }) => condition !== undefined);
    // Kept from the try before: documents whose time has come, and which stand in the way of "absent".
    let dead: ReadonlyMap<string, string> = new Map();
    type Outcome = Result | { readonly kind: 'conflict'; readonly index: number };
    return contend<Outcome>(this.#what, this.#environment.random, async () => {
      const preconditions = this.#preconditions(steps, this.#environment.clock.now(), dead);
      if (preconditions !== undefined) {
        try {
          const writes = steps.map((step, index) => writeOf(step, preconditions[index]));
          const { writeResults, commitTime } = await this.#collection.commit(writes, !conditional);
          return { done: done(writeResults, commitTime) };
        } catch (error) {
          if (isDisturbed(error)) return undefined;
          if (!conditional || !isUnmet(error)) throw error;
        }
      }
      const seen = await this.#firstBroken(steps);
      if (seen.broken !== undefined) return { done: { kind: 'conflict', index: seen.broken } };
      dead = seen.dead;
      return undefined;
    });
  }

  /** @returns `undefined` where a condition cannot hold, whatever stands. */
  #preconditions(
    steps: readonly Step[],
    now: number,
    dead: ReadonlyMap<string, string> = new Map(),
  ): readonly (Precondition | undefined)[] | undefined {
    const all: (Precondition | undefined)[] = [];
    for (const { condition, name } of steps) {
      if (condition === undefined) {
        all.push(undefined);
        continue;
      }
      const updateTime = condition === 'absent' ? dead.get(name) : undefined;
      const precondition = updateTime === undefined ? preconditionOf(condition, now) : { updateTime };
      if (precondition === undefined) return undefined;
      all.push(precondition);
    }
    return all;
  }

  /** Looks up why a commit was refused. */
  async #firstBroken(steps: readonly Step[]) {
    const conditional = steps.filter(({ condition }) => condition !== undefined);
    const found = await this.#collection.readAll(conditional.map(({ name }) => name));
    const now = this.#environment.clock.now();
    const broken = steps.findIndex(
      ({ condition, name }) => condition !== undefined && !holds(condition, found.get(name), now),
    );
    const dead = new Map([...found].map(([name, { updateTime }]) => [name, updateTime]));
    return { broken: broken === -1 ? undefined : broken, dead };
  }
}

function resultOf({ action }: Step, written: Written | undefined, commitTime: string): WriteResult {
  const updateTime = written?.updateTime ?? commitTime;
  return { kind: 'written', version: versionOf(updateTime, action.kind === 'put' ? action.expiresAt : undefined) };
}

/**
 * A check is a write that changes nothing: of an absent document its removal, else the removal of a field that no document
 * has. Firestore checks the precondition, and leaves the update time as it is.
 */
function writeOf({ name, action }: Step, currentDocument: Precondition | undefined): Write {
  const precondition = currentDocument === undefined ? {} : { currentDocument };
  if (action.kind === 'put') return { update: { name, fields: action.fields }, ...precondition };
  if (action.kind === 'delete') return { delete: name, ...precondition };
  if (currentDocument !== undefined && 'exists' in currentDocument) return { delete: name, ...precondition };
  return { update: { name, fields: {} }, updateMask: { fieldPaths: ['never'] }, ...precondition };
}
