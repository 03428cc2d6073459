import { useMemo, useSyncExternalStore } from 'react';
import { hrefOf, routeOf, type Route } from './route.ts';

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => routeOf(hash), [hash]);
}

/** Goes to a route; the one before stays in the history. */
export function go(route: Route): void {
  window.location.hash = hrefOf(route);
}

/** Goes to a route in place of the present one: for what is typed, where each letter would be a step back. */
export function replaceRoute(route: Route): void {
  window.location.replace(hrefOf(route));
}
