import type { TaskState } from '../api/answers.ts';
import { isInterval, usualInterval, type Interval } from '../pricing/interval.ts';
import { isTaskState } from '../scheduling/states.ts';

/** Where in the console someone is; all of it stands in the address, so that it can be linked to and gone back to. */
export type Route = SchedulingRoute | PricingRoute;
export type Page = Route['page'];

/** What is laid over the page. */
export type Overlay = { readonly kind: 'new-task' } | { readonly kind: 'task'; readonly id: string };

export interface SchedulingRoute {
  readonly page: 'scheduling';
  readonly tab: Tab;
  readonly state?: TaskState | undefined;
  readonly group?: string | undefined;
  readonly overlay?: Overlay | undefined;
}

export const tabs = ['tasks', 'dead-letters', 'groups'] as const;
export type Tab = (typeof tabs)[number];

export interface PricingRoute {
  readonly page: 'pricing';
  /** The first one where none is named. */
  readonly product?: string | undefined;
  readonly interval: Interval;
}

/**
 * Reads the fragment of an address. Fragments, because they take no path away from the APIs on the same origin and ask
 * nothing of the server but files.
 */
export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const [, page, rest] = path.split('/', 3);
  const query = new URLSearchParams(search);
  return page === 'pricing' ? pricingRoute(rest, query) : schedulingRoute(path, query);
}

function schedulingRoute(path: string, query: URLSearchParams): SchedulingRoute {
  const tab = tabs.find((known) => path === `/scheduling/${known}`) ?? 'tasks';
  const state = query.get('state');
  const task = query.get('task');
  return {
    page: 'scheduling',
    tab,
    ...(isTaskState(state) ? { state } : {}),
    ...(query.get('group') ? { group: query.get('group')! } : {}),
    ...(query.has('new') ? { overlay: { kind: 'new-task' } } : task ? { overlay: { kind: 'task', id: task } } : {}),
  };
}

function pricingRoute(product: string | undefined, query: URLSearchParams): PricingRoute {
  const interval = query.get('interval');
  return {
    page: 'pricing',
    ...(product ? { product: decoded(product) } : {}),
    interval: isInterval(interval) ? interval : usualInterval,
  };
}

/** As it stands where it is no encoding: addresses are typed by people, too. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The fragment of a route. */
export function hrefOf(route: Route): string {
  if (route.page === 'pricing') {
    const { product, interval } = route;
    const path = product === undefined ? '' : `/${encodeURIComponent(product)}`;
    return `#/pricing${path}${interval === usualInterval ? '' : `?interval=${interval}`}`;
  }
  const { tab, state, group, overlay } = route;
  const query = new URLSearchParams({ ...(state && { state }), ...(group && { group }) });
  if (overlay?.kind === 'task') query.set('task', overlay.id);
  if (overlay?.kind === 'new-task') query.set('new', '');
  const search = query.toString().replace(/=(?=&|$)/, '');
  return `#/scheduling/${tab}${search === '' ? '' : `?${search}`}`;
}
