import { PortError, type Page, type Stored } from '@portolan/kernel';
import type { TaskReads } from '../store.ts';
import { unpackTask, type StoredTask } from '../stored-task.ts';
import { taskStates, type Task, type TaskState } from '../task.ts';

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
  table: TaskReads,
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
  const lists = await Promise.all(states.map((one) => olderThan(cursor, table, 'byState', one, limit)));
  const merged = lists.flatMap(({ tasks }) => tasks).sort((a, b) => (a.listKey < b.listKey ? 1 : -1));
  return pageOf(merged.slice(0, limit), merged.length > limit || lists.some(({ more }) => more));
}

async function listGroup(
  table: TaskReads,
  group: string,
  state: TaskState | undefined,
  limit: number,
  cursor: string | undefined,
): Promise<TaskPage> {
  const found: Task[] = [];
  let at = cursor;
  for (let seen = 0; seen < scanLimit;) {
    const { tasks, more } = await olderThan(at, table, 'byGroup', group, state === undefined ? limit : 500);
    for (const [index, task] of tasks.entries()) {
      if (state === undefined || task.state === state) found.push(task);
      if (found.length === limit) return pageOf(found, more || index < tasks.length - 1);
    }
    if (!more) return pageOf(found, false);
    seen += tasks.length;
    at = tasks.at(-1)!.listKey;
  }
  // Looked through enough for one request: the page may be short, and goes on where the look ended.
  return { tasks: found, ...(at === undefined ? {} : { cursor: at }) };
}

/** Tasks older than the cursor, the newest first, and whether there are still older ones. */
async function olderThan(
  cursor: string | undefined,
  table: TaskReads,
  index: 'byState' | 'byGroup',
  partition: string,
  limit: number,
): Promise<{ readonly tasks: readonly Task[]; readonly more: boolean }> {
  const tasks: Task[] = [];
  let within: string | undefined;
  do {
    const page: Page<Stored<StoredTask>> = await table.query({
      index,
      partition,
      order: 'descending',
      limit: limit - tasks.length,
      ...(cursor === undefined ? {} : { to: cursor }),
      ...(within === undefined ? {} : { cursor: within }),
    });
    tasks.push(...page.items.map(({ item }) => unpackTask(item)));
    within = page.cursor;
    // An engine may cut a page short; what is older must not be taken for all there is.
  } while (within !== undefined && tasks.length < limit);
  return { tasks, more: within !== undefined };
}

function pageOf(found: readonly Task[], more: boolean): TaskPage {
  const last = found.at(-1);
  return { tasks: found, ...(more && last !== undefined ? { cursor: last.listKey } : {}) };
}
