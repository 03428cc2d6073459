import { pagesOf, type Context, type Granted } from '@portolan/kernel';
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
  const range = { partition: group, index: 'byHold' } as const;
  for await (const items of pagesOf((from) => ports.tasks.query({ ...range, limit: Math.min(100, left), ...from }))) {
    const now = clock.now();
    await Promise.all(items.map(({ item }) => ports.wakeups.set(ids.next(), now, { kind: 'nudge', task: item.id })));
    left -= items.length;
    if (left <= 0) return;
  }
}

/** Finds tasks that are held though their group has places: a crash may have kept a place from being offered. */
export async function sweepHeld(_tick: unknown, ports: Granted<typeof sweepGrants>, context: Context): Promise<void> {
  for await (const items of pagesOf((from) => ports.groups.query({ partition: 'group', limit: 100, ...from }))) {
    for (const { item } of items) {
      const free = freePlaces(item, context.clock.now());
      if (free > 0) await releaseHeld(item.group, Math.min(free, 1_000), ports, context);
    }
  }
}
