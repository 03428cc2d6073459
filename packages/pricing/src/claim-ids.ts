import { claimBlock, type BlockClaims } from './ports.ts';

/** What a trade with a sequential id is told apart by: all of it has to be the same for the same trade. */
export interface Claim {
  readonly sequence: number;
  /** Ids that it covers from `sequence` on. */
  readonly count: number;
  /** That it lies in; minutes since 1970. */
  readonly minute: number;
}

/** The number of the block that an id lies in. */
export const blockOf = (sequence: number): number => Math.floor(sequence / claimBlock);

/** Who holds the ids of one block. */
export class Block {
  /** Whether anybody holds an id who did not when it was read. */
  changed = false;
  readonly #base: number;
  /** Of each id: `free`, the minute of a trade that covers it alone, or a place among the aggregates by {@link heldBy}. */
  readonly #holders = new Float64Array(claimBlock).fill(free);
  readonly #aggregates: Claim[] = [];

  constructor(number: number, stored: Pick<BlockClaims, 'runs' | 'aggregates'> | undefined) {
    this.#base = number * claimBlock;
    for (const [minute, first, last] of stored?.runs ?? []) this.#holders.fill(minute, first, last + 1);
    for (const [minute, first, count] of stored?.aggregates ?? [])
      this.#fill({ minute, sequence: this.#base + first, count });
  }

  /** The trade that holds an id which `claim` covers, where it is another one. */
  rivalOf(claim: Claim): Claim | undefined {
    const { sequence, count, minute } = claim;
    if (count === 1) {
      const holder = this.#holders[sequence - this.#base]!;
      return holder === free || holder === minute ? undefined : this.#holderOf(sequence - this.#base);
    }
    const { first, end } = this.#within(claim);
    for (let offset = first; offset < end; offset++) {
      if (this.#holders[offset] === free) continue;
      const holder = this.#holderOf(offset);
      // Whoever covers one of its ids in the same words covers all of them.
      return holder.sequence === sequence && holder.count === count && holder.minute === minute ? undefined : holder;
    }
    return undefined;
  }

  /** Has a trade without rival hold its ids. */
  hold(claim: Claim): void {
    const { sequence, count, minute } = claim;
    const offset = Math.max(0, sequence - this.#base);
    if (this.#holders[offset] !== free) return;
    this.changed = true;
    if (count === 1) this.#holders[offset] = minute;
    else this.#fill(claim);
  }

  /** What is to be stored of it. */
  stored(): Pick<BlockClaims, 'runs' | 'aggregates'> {
    const aggregates = this.#aggregates.map(
      ({ minute, sequence, count }) => [minute, sequence - this.#base, count] as const,
    );
    return aggregates.length === 0 ? { runs: this.#runs() } : { runs: this.#runs(), aggregates };
  }

  #runs(): BlockClaims['runs'] {
    const runs: [minute: number, first: number, last: number][] = [];
    for (let offset = 0; offset < claimBlock; offset++) {
      const holder = this.#holders[offset]!;
      if (holder < 0) continue;
      const run = runs.at(-1);
      if (run !== undefined && run[0] === holder && run[2] === offset - 1) run[2] = offset;
      else runs.push([holder, offset, offset]);
    }
    return runs;
  }

  #fill(claim: Claim): void {
    const { first, end } = this.#within(claim);
    this.#holders.fill(heldBy(this.#aggregates.length), first, end);
    this.#aggregates.push(claim);
  }

  #holderOf(offset: number): Claim {
    const holder = this.#holders[offset]!;
    if (holder >= 0) return { sequence: this.#base + offset, count: 1, minute: holder };
    return this.#aggregates[heldBy(holder)]!;
  }

  #within({ sequence, count }: Claim): { readonly first: number; readonly end: number } {
    const first = sequence - this.#base;
    return { first: Math.max(0, first), end: Math.min(claimBlock, first + count) };
  }
}

const free = -1;
/** From the place of an aggregate to how its ids are held, and back. */
const heldBy = (place: number): number => -2 - place;

/**
 * Claims the ids of a trade, all or none. The first word counts: an id stays with whom it was claimed for, and the same
 * trade again has its claim already.
 *
 * @param blocks - All that the ids lie in.
 * @returns The trade that has one of the ids, where it is another one; nothing was claimed then.
 */
export function claimIds(blocks: readonly Block[], claim: Claim): Claim | undefined {
  for (const block of blocks) {
    const rival = block.rivalOf(claim);
    if (rival !== undefined) return rival;
  }
  for (const block of blocks) block.hold(claim);
  return undefined;
}
