import type { OperationName } from './answers.ts';

type Declared = { readonly [Name in OperationName]?: readonly [method: string, path: string] };

/**
 * Where the operations that the console calls stand, by service, below the path where it begins on the origin that serves
 * the console. Written out because importing the declarations would bring their validators along, ten times the size of this
 * client; a test holds the two together.
 */
export const services = {
  '/scheduling/v1': {
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
  },
  '/pricing/v1': {
    listProducts: ['GET', '/products'],
    listCandles: ['GET', '/products/{id}/candles'],
    listTrades: ['GET', '/products/{id}/trades'],
    getLatest: ['GET', '/products/{id}/latest'],
    listGaps: ['GET', '/products/{id}/gaps'],
    listFeeds: ['GET', '/feeds'],
  },
} as const satisfies Readonly<Record<string, Declared>>;

type Services = typeof services;
export type RoutedName = { [Base in keyof Services]: keyof Services[Base] }[keyof Services];

export interface RouteOf {
  readonly method: string;
  /** With the service's own, and with names in braces for parameters. */
  readonly path: string;
}

/** The same by name. */
export const routes = Object.fromEntries(
  Object.entries(services).flatMap(([base, declared]) =>
    Object.entries(declared).map(([name, [method, path]]) => [name, { method, path: `${base}${path}` }]),
  ),
) as Readonly<Record<RoutedName, RouteOf>>;

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
  return `${filled}${search.size === 0 ? '' : `?${search}`}`;
}
