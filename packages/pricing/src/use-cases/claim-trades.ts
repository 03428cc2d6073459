import { chunks, PortError, sideBySide, type Granted } from '@portolan/kernel';
import { nameOf } from '../archive/interval-name.ts';
import { Block, blockOf, claimIds, type Claim } from '../claim-ids.ts';
import type { Rejected } from '../intake.ts';
import type { BlockClaims, claims, NameClaim } from '../ports.ts';
import { microsPerMinute } from '../time.ts';
import type { Trade } from '../trade.ts';
import { allDone } from './all-done.ts';

type Claims = Granted<{ claims: typeof claims.readWrite }>['claims'];

/** A trade that is to have its ids. */
export interface Claimant {
  readonly product: string;
  readonly trade: Trade;
}

/** Calls under way at one time. */
const claimsAtOnce = 16;
/** Ids without a number in one call. */
const namesAtOnce = 1_000;
/** Aggregates in one transaction: the longest have ids in eleven blocks, and a hundred items may be written. */
const aggregatesAtOnce = 9;
/** Each time somebody else got further, so this ends; the number is for whoever could be wrong about that. */
const maxAttempts = 100;

/**
 * Claims the ids of trades for good, before any of them is stored. A trade has all that it covers, or claims nothing.
 *
 * @returns Why trades contradict what their source reported before: an id again but for another minute, or covered otherwise.
 */
export async function claimTrades<C extends Claimant>(
  claimants: readonly C[],
  claims: Claims,
): Promise<ReadonlyMap<C, Rejected>> {
  const blocks = new Map<string, C[]>();
  const across = new Map<string, C[]>();
  const names = new Map<string, C[]>();
  for (const claimant of claimants) {
    const { sequence, count, source } = claimant.trade;
    const place = `${claimant.product}/${source}`;
    if (sequence === undefined) add(names, `${place} ${claimant.trade.id}`, claimant);
    else if (blockOf(sequence) === blockOf(sequence + count - 1))
      add(blocks, `${place} ${blockOf(sequence)}`, claimant);
    else add(across, place, claimant);
  }
  const refused = new Map<C, Rejected>();
  const refuse = (some: readonly C[], rivals: readonly (Rival | undefined)[]): void =>
    some.forEach((one, index) => {
      const rival = rivals[index];
      if (rival !== undefined) refused.set(one, contradiction(one.trade, rival));
    });
  await sideBySide([...blocks.values()], claimsAtOnce, async (some) => refuse(some, await claimInBlock(some, claims)));
  // Neighbours share a block: one after the other, they do not have to wait for each other.
  await sideBySide([...across.values()], claimsAtOnce, async (all) => {
    for (const some of chunks(all, aggregatesAtOnce)) refuse(some, await claimAcross(some, claims));
  });
  await sideBySide(chunks([...names.values()], namesAtOnce), 4, async (some) =>
    refuse(some.flat(), await claimNames(some, claims)),
  );
  return refused;
}

/** The trade that has an id already. */
type Rival = Pick<Claim, 'count' | 'minute'> & { readonly sequence?: number };

function add<C>(groups: Map<string, C[]>, key: string, claimant: C): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [claimant]);
  else group.push(claimant);
}

const sourceOf = ({ product, trade }: Claimant): string => `${product}/${trade.source}`;
const minuteOf = ({ trade }: Claimant): number => Math.floor(trade.time / microsPerMinute);
const claimOf = (claimant: Claimant): Claim => {
  const { sequence, count } = claimant.trade;
  return { sequence: sequence!, count, minute: minuteOf(claimant) };
};
const blockKey = (number: number): string => String(number).padStart(16, '0');

/** Claims for trades of one source that have all of their ids in one block, the same. */
function claimInBlock(some: readonly Claimant[], claims: Claims): Promise<readonly (Rival | undefined)[]> {
  const [first] = some as readonly [Claimant];
  const number = blockOf(first.trade.sequence!);
  const key = { source: sourceOf(first), block: blockKey(number) };
  const wanted = some.map(claimOf);
  return claims.update(key, (current) => {
    const block = new Block(number, current?.item as BlockClaims | undefined);
    const blocks = [block];
    const result = wanted.map((claim) => claimIds(blocks, claim));
    return block.changed ? { write: { ...key, ...block.stored() }, result } : { result };
  });
}

/** Claims for trades of one source that have ids in several blocks, each in all of them or in none. */
async function claimAcross(some: readonly Claimant[], claims: Claims): Promise<readonly (Rival | undefined)[]> {
  const source = sourceOf(some[0]!);
  const wanted = some.map(claimOf);
  const numbersOf = ({ sequence, count }: Claim): readonly number[] => {
    const [first, last] = [blockOf(sequence), blockOf(sequence + count - 1)];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  };
  const keys = [...new Set(wanted.flatMap(numbersOf))].map((number) => ({ number, source, block: blockKey(number) }));
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const stored = await claims.getMany(keys.map(({ block }) => ({ source, block })));
    const read = keys.map((key, index) => {
      const { item, version } = stored[index] ?? {};
      const block = new Block(key.number, item as BlockClaims | undefined);
      return { ...key, block, version, key: { source, block: key.block } };
    });
    const blocks = new Map(read.map(({ number, block }) => [number, block]));
    const rivals = wanted.map((claim) =>
      claimIds(
        numbersOf(claim).map((number) => blocks.get(number)!),
        claim,
      ),
    );
    const writes = read
      .filter(({ block }) => block.changed)
      .map(({ key, block, version }) => ({
        put: { ...key, ...block.stored() },
        condition: version === undefined ? ('absent' as const) : { version },
      }));
    // What was read of other blocks stays true: nobody gives an id back.
    if (writes.length === 0 || (await claims.transact(writes)).kind === 'written') return rivals;
  }
  throw new PortError('conflict', `${maxAttempts} times others claimed ids of ${source} meanwhile`);
}

/** Claims ids that are no integers. @param groups - Trades with the same source and id. */
async function claimNames(
  groups: readonly (readonly Claimant[])[],
  claims: Claims,
): Promise<readonly (Rival | undefined)[]> {
  const wanted = groups.map(([first]): NameClaim => {
    const { trade } = first!;
    return { source: sourceOf(first!), block: `:${trade.id}`, minute: minuteOf(first!) };
  });
  const outcomes = await claims.writeMany(wanted.map((put) => ({ put, condition: 'absent' as const })));
  allDone(outcomes);
  const minutes = wanted.map(({ minute }) => minute);
  const known = [...outcomes.keys()].filter((at) => outcomes[at]!.kind === 'conflict');
  const keys = known.map((at) => ({ source: wanted[at]!.source, block: wanted[at]!.block }));
  const stored = keys.length === 0 ? [] : await claims.getMany(keys);
  known.forEach((at, index) => (minutes[at] = (stored[index]!.item as NameClaim).minute));
  return groups.flatMap((group, at) =>
    group.map((claimant) => (minuteOf(claimant) === minutes[at] ? undefined : { minute: minutes[at]!, count: 1 })),
  );
}

/** Why a trade may not have its ids. */
function contradiction({ id, sequence, count }: Trade, rival: Rival): Rejected {
  const first = rival.sequence ?? id;
  const ids = rival.count === 1 ? first : `${first} to ${rival.sequence! + rival.count - 1}`;
  const field = rival.sequence !== sequence ? 'id' : rival.count !== count ? 'count' : 'time';
  const minute = nameOf('minute', rival.minute * microsPerMinute);
  return {
    status: 'rejected',
    field,
    reason: `contradicts trade ${ids} of ${minute}, which this source reported before`,
  };
}
