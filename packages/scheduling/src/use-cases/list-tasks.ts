import { PortError, type Granted } from '@portolan/kernel';
import type { tasks } from '../ports.ts';
import { taskStates, type Task, type TaskState } from '../task.ts';

type Reads = Granted<{ tasks: typeof tasks.read }>['tasks'];

export interface TaskPage {
  readonly tasks: readonly Task[];
  readonly cursor?: string;
}

/** Tasks that one request looks through, at most, to find those of a state in a group. */
const scanLimit = 2_000;

/**
 * One page of tasks, the newest first. The cursor is the list key of the last task: it stays good whatever is created,
 * finished or forgotten between two pages.
 *
 * @throws {PortError} `invalid` for a cursor that is none.
 */
export async function listTasks(
  table: Reads,
  query: {
    readonly group?: string | undefined;
    readonly state?: TaskState | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<TaskPage> {
  const { group, state, limit, cursor } = query;
  if (cursor !== undefined && !/^\d{14}~/.test(cursor))
    throw new PortError('invalid', 'query.cursor: expected the cursor of a page before');
  if (group !== undefined) return listGroup(table, group, state, limit, cursor);
  const states = state === undefined ? taskStates : [state];
  const lists = await Promise.all(states.map((one) => before(table, 'byState', one, limit + 1, cursor)));
  const merged = lists.flat().sort((a, b) => (a.listKey < b.listKey ? 1 : -1));
  return pageOf(merged.slice(0, limit), merged.length > limit);
}

async function listGroup(
  table: Reads,
  group: string,
  state: TaskState | undefined,
  limit: number,
  cursor: string | undefined,
): Promise<TaskPage> {
  const found: Task[] = [];
  let at = cursor;
  for (let seen = 0; seen < scanLimit;) {
    const batch = await before(table, 'byGroup', group, state === undefined ? limit + 1 : 500, at);
    seen += batch.length;
    for (const task of batch) {
      if (state !== undefined && task.state !== state) continue;
      if (found.length === limit) return pageOf(found, true);
      found.push(task);
    }
    if (batch.length === 0) return pageOf(found, false);
    at = batch.at(-1)!.listKey;
  }
  // Looked through enough for one request: the page may be short, and goes on where the look ended.
  return { tasks: found, ...(at === undefined ? {} : { cursor: at }) };
}

/** Tasks older than the cursor, the newest first. */
async function before(
  table: Reads,
  index: 'byState' | 'byGroup',
  partition: string,
  limit: number,
  cursor: string | undefined,
): Promise<readonly Task[]> {
  const page = await table.query({
    index,
    partition,
    order: 'descending',
    limit: Math.min(limit, 1_000),
    ...(cursor === undefined ? {} : { to: cursor }),
  });
  return page.items.map(({ item }) => item);
}

function pageOf(found: readonly Task[], more: boolean): TaskPage {
  const last = found.at(-1);
  return { tasks: found, ...(more && last !== undefined ? { cursor: last.listKey } : {}) };
}
