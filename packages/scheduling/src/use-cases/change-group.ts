import type { Context, Granted } from '@portolan/kernel';
import { emptyGroup, groupKey } from '../groups.ts';
import type { Group, groups, wakeups } from '../ports.ts';

type Ports = Granted<{ groups: typeof groups.readWrite; wakeups: typeof wakeups.set }>;

export interface GroupSettings {
  readonly paused: boolean;
  readonly perSecond?: number | undefined;
  readonly concurrent?: number | undefined;
}

/** Sets what holds for a group from now on, and lets go what the old settings held back. */
export async function putGroup(
  id: string,
  settings: GroupSettings,
  ports: Ports,
  { clock, ids }: Context,
): Promise<Group> {
  const group = await ports.groups.update(groupKey(id), (current) => {
    const known = current?.item ?? emptyGroup(id);
    const { perSecond, concurrent } = settings;
    const changed: Group = {
      kind: 'group',
      group: id,
      paused: settings.paused,
      running: known.running,
      // Slots given out under the old rate stay with their runs; new ones follow the new rate from now on.
      nextSlotAt: known.perSecond === perSecond ? known.nextSlotAt : 0,
      ...(perSecond === undefined ? {} : { perSecond }),
      ...(concurrent === undefined ? {} : { concurrent }),
    };
    return { write: changed, result: changed };
  });
  // Were this lost in a crash, the sweep would do it within a minute.
  if (!group.paused) await ports.wakeups.set(ids.next(), clock.now(), { kind: 'release', group: id });
  return group;
}
