import type { Granted } from '@portolan/kernel';
import { type groups, type Group } from './ports.ts';

type GroupWrites = Granted<{ groups: typeof groups.readWrite }>['groups'];

/** Whether a run may start now, by its group. */
export type Place =
  | { readonly kind: 'free' }
  /** A place was taken; it must be given back. */
  | { readonly kind: 'taken' }
  /** The group's rate gives it this instant. */
  | { readonly kind: 'later'; readonly at: number }
  /** The group is paused or full. */
  | { readonly kind: 'held' };

export const groupKey = (group: string) => ({ kind: 'group' as const, group });

/** The settings of a group, if it has any. */
export const readGroup = async (table: Pick<GroupWrites, 'get'>, group: string): Promise<Group | undefined> =>
  (await table.get(groupKey(group)))?.item;

export const emptyGroup = (group: string): Group => ({
  kind: 'group',
  group,
  paused: false,
  nextSlotAt: 0,
  running: {},
});

export const isLimited = (group: Group): boolean => group.perSecond !== undefined || group.concurrent !== undefined;

/**
 * Takes a place in the group for a run, and a slot of its rate. Slots follow the generic cell rate algorithm with no
 * burst: one start each 1/perSecond, given out in advance, so that a crowd is spread without asking again and again.
 *
 * @param known - The group as it was read just now.
 * @param run.slot - Whether its instant is a slot given out before.
 * @see ITU-T I.371, annex A
 */
export async function takePlace(
  table: GroupWrites,
  groupId: string,
  known: Group | undefined,
  run: { readonly id: string; readonly leaseUntil: number; readonly slot: boolean },
  now: number,
): Promise<Place> {
  if (known === undefined) return { kind: 'free' };
  if (known.paused) return { kind: 'held' };
  if (!isLimited(known)) return { kind: 'free' };
  return table.update<Place>(groupKey(groupId), (current) => {
    const group = current?.item ?? emptyGroup(groupId);
    return placeIn(group, run, now);
  });
}

function placeIn(
  group: Group,
  run: { readonly id: string; readonly leaseUntil: number; readonly slot: boolean },
  now: number,
): { write?: Group; result: Place } {
  if (group.paused) return { result: { kind: 'held' } };
  const running = Object.fromEntries(Object.entries(group.running).filter(([, until]) => until > now));
  if (group.concurrent !== undefined && !(run.id in running) && Object.keys(running).length >= group.concurrent) {
    return { write: { ...group, running }, result: { kind: 'held' } };
  }
  if (group.perSecond !== undefined && !run.slot && group.nextSlotAt > now) {
    const at = Math.ceil(group.nextSlotAt);
    return {
      write: { ...group, running, nextSlotAt: group.nextSlotAt + 1_000 / group.perSecond },
      result: { kind: 'later', at },
    };
  }
  const spent =
    group.perSecond === undefined || run.slot
      ? group.nextSlotAt
      : Math.max(now, group.nextSlotAt) + 1_000 / group.perSecond;
  if (group.concurrent !== undefined) running[run.id] = run.leaseUntil;
  return {
    write: { ...group, running, nextSlotAt: spent },
    result: { kind: group.concurrent === undefined ? 'free' : 'taken' },
  };
}

/** Gives a place back. @returns How many places are free now, for tasks that were held. */
export async function givePlaceBack(table: GroupWrites, groupId: string, runId: string, now: number): Promise<number> {
  return table.update(groupKey(groupId), (current) => {
    if (current === undefined) return { result: 0 };
    const running = Object.fromEntries(
      Object.entries(current.item.running).filter(([id, until]) => id !== runId && until > now),
    );
    return { write: { ...current.item, running }, result: freePlaces({ ...current.item, running }, now) };
  });
}

/** Places that are free now; `Infinity` where the group limits none, 0 while it is paused. */
export function freePlaces(group: Group, now: number): number {
  if (group.paused) return 0;
  if (group.concurrent === undefined) return Infinity;
  return Math.max(0, group.concurrent - Object.values(group.running).filter((until) => until > now).length);
}
