import type { OperationName } from './answers.ts';

/**
 * Where the operations that the console calls stand. Written out because importing the declaration would bring its
 * validators along, ten times the size of this client; a test holds the two together.
 */
export const routes = {
  createTask: ['POST', '/tasks'],
  listTasks: ['GET', '/tasks'],
  getTask: ['GET', '/tasks/{id}'],
  changeTask: ['PATCH', '/tasks/{id}'],
  cancelTask: ['DELETE', '/tasks/{id}'],
  listAttempts: ['GET', '/tasks/{id}/attempts'],
  runTask: ['POST', '/tasks/{id}/run'],
  listDeadLetters: ['GET', '/dead-letters'],
  redriveDeadLetter: ['POST', '/dead-letters/{id}/redrive'],
  listGroups: ['GET', '/groups'],
  getGroup: ['GET', '/groups/{id}'],
  putGroup: ['PUT', '/groups/{id}'],
  preview: ['POST', '/preview'],
  getStats: ['GET', '/stats'],
} as const satisfies { readonly [Name in OperationName]?: readonly [method: string, path: string] };

export type RoutedName = keyof typeof routes;

/** Where the service's operations begin, on the origin that serves the console. */
export const base = '/scheduling/v1';

/** The path and query of a call. Fields that are undefined or empty are left out. */
export function urlOf(
  path: string,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  return `${base}${filled}${search.size === 0 ? '' : `?${search}`}`;
}
