import type { Context, Granted } from '@portolan/kernel';
import { freePlaces } from '../groups.ts';
import { groups, tasks, wakeups } from '../ports.ts';

export const sweepGrants = { tasks: tasks.read, groups: groups.read, wakeups: wakeups.set };
type ReleasePorts = Pick<Granted<typeof sweepGrants>, 'tasks' | 'wakeups'>;

/**
 * Nudges tasks that their group held back, the oldest first.
 *
 * @param places - Tasks at most; each looks for a place itself, so that one too many is only held again.
 */
export async function releaseHeld(
  group: string,
  places: number,
  ports: ReleasePorts,
  { clock, ids }: Context,
): Promise<void> {
  let left = places;
  let cursor: string | undefined;
  do {
    const limit = Math.min(100, left);
    const page = await ports.tasks.query({
      partition: group,
      index: 'byHold',
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const now = clock.now();
    await Promise.all(
      page.items.map(({ item }) => ports.wakeups.set(ids.next(), now, { kind: 'nudge', task: item.id })),
    );
    left -= page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && left > 0);
}

/** Finds tasks that are held though their group has places: a crash may have kept a place from being offered. */
export async function sweepHeld(_tick: unknown, ports: Granted<typeof sweepGrants>, context: Context): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await ports.groups.query({
      partition: 'group',
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { item } of page.items) {
      const free = freePlaces(item, context.clock.now());
      if (free > 0) await releaseHeld(item.group, Math.min(free, 1_000), ports, context);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}
