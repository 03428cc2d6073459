import type { TaskState } from '../api/answers.ts';
import { isTaskState } from '../scheduling/states.ts';

/** What is laid over the page. */
export type Overlay = { readonly kind: 'new-task' } | { readonly kind: 'task'; readonly id: string };

/** Where in the console someone is; all of it stands in the address, so that it can be linked to and gone back to. */
export interface Route {
  readonly tab: Tab;
  readonly state?: TaskState | undefined;
  readonly group?: string | undefined;
  readonly overlay?: Overlay | undefined;
}

export const tabs = ['tasks', 'dead-letters', 'groups'] as const;
export type Tab = (typeof tabs)[number];

/**
 * Reads the fragment of an address. Fragments, because they take no path away from the APIs on the same origin and ask
 * nothing of the server but files.
 */
export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const tab = tabs.find((known) => path === `/scheduling/${known}`) ?? 'tasks';
  const query = new URLSearchParams(search);
  const state = query.get('state');
  const task = query.get('task');
  return {
    tab,
    ...(isTaskState(state) ? { state } : {}),
    ...(query.get('group') ? { group: query.get('group')! } : {}),
    ...(query.has('new') ? { overlay: { kind: 'new-task' } } : task ? { overlay: { kind: 'task', id: task } } : {}),
  };
}

/** The fragment of a route. */
export function hrefOf({ tab, state, group, overlay }: Route): string {
  const query = new URLSearchParams({ ...(state && { state }), ...(group && { group }) });
  if (overlay?.kind === 'task') query.set('task', overlay.id);
  if (overlay?.kind === 'new-task') query.set('new', '');
  const search = query.toString().replace(/=(?=&|$)/, '');
  return `#/scheduling/${tab}${search === '' ? '' : `?${search}`}`;
}
