import type { Value } from '../table/firestore-wire.ts';
import { invalidArgument } from './rest-server.ts';

/** A document as it stood from its update time on. */
export interface StoredDocument {
  readonly name: string;
  readonly fields: Readonly<Record<string, Value>>;
  readonly createTime: string;
  readonly updateTime: string;
}

/** One state of a document; `undefined` is its absence. */
interface State {
  readonly from: string;
  readonly document: StoredDocument | undefined;
}

/** How long past states can be read: an hour. @see https://cloud.google.com/firestore/docs/use-pitr */
const historyMs = 3_600_000;

/** Documents with their past, and the instants of their commits: each later than the one before. */
export class FirestoreStore {
  readonly #states = new Map<string, State[]>();
  #lastMicros = 0;

  /** The instant of the next commit, in microseconds. */
  tick(): string {
    this.#lastMicros = Math.max(Date.now() * 1_000, this.#lastMicros + 1);
    return timeOf(this.#lastMicros);
  }

  /** An instant for reads: not before any commit. */
  now(): string {
    return timeOf(Math.max(Date.now() * 1_000, this.#lastMicros));
  }

  get(name: string): StoredDocument | undefined {
    return this.#states.get(name)?.at(-1)?.document;
  }

  at(name: string, readTime: string | undefined): StoredDocument | undefined {
    if (readTime === undefined) return this.get(name);
    if (Date.parse(readTime) < Date.now() - historyMs) throw invalidArgument('the read time is too old');
    return this.#states.get(name)?.findLast(({ from }) => from <= readTime)?.document;
  }

  put(name: string, document: StoredDocument | undefined, from: string): void {
    const states = this.#states.get(name) ?? [];
    states.push({ from, document });
    // Nobody reads what was before the last state that is an hour old.
    const old = states.findLastIndex((state) => Date.parse(state.from) < Date.now() - historyMs);
    if (old > 0) states.splice(0, old);
    this.#states.set(name, states);
  }

  all(): readonly StoredDocument[] {
    return [...this.#states.values()].flatMap((states) => states.at(-1)?.document ?? []);
  }
}

/** Six digits of a second's fraction, so that instants are ordered as texts. */
const timeOf = (micros: number): string =>
  `${new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1)}${String(micros % 1_000).padStart(3, '0')}Z`;

export const shown = ({ name, fields, createTime, updateTime }: StoredDocument) => ({
  name,
  fields,
  createTime,
  updateTime,
});
