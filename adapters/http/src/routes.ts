import type { AnyOperation, OperationCall, Reply, Service } from '@portolan/kernel';
import { addRoute, createRouter, findRoute } from 'rou3';
import { fieldNames } from './field-names.ts';

/** A service with a way to call its functions: in the same process, or one deployed function of it. */
export interface Mount {
  readonly service: Service;
  /** Runs one operation. What the caller did wrong is a problem; what it throws is a fault. */
  call(functionName: string, operationName: string, call: OperationCall): Promise<Reply>;
}

/** One operation at one method and path. */
export interface Route {
  readonly mount: Mount;
  readonly functionName: string;
  readonly operationName: string;
  readonly operation: AnyOperation;
  /** Path before the operation's own. */
  readonly base: string;
  /** Names that its query may have; undefined where the schema itself judges them. */
  readonly queryNames: ReadonlySet<string> | undefined;
}

export interface RouteMatch {
  readonly route: Route;
  /** By name, still percent-encoded. */
  readonly params: Readonly<Record<string, string>> | undefined;
}

export interface RouteTable {
  find(method: string, path: string): RouteMatch | undefined;
  /** The methods that operations at this path have; empty where there is none. */
  methodsAt(path: string): readonly string[];
  /** Whether the path lies at or below the base of a service. */
  owns(path: string): boolean;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const parameter = /^\{([A-Za-z][A-Za-z0-9_]*)\}$/;
const literal = /^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/;

/**
 * Routes of the http triggers of services.
 *
 * @throws {RangeError} for a malformed path, a parameter that the operation's `params` lack, and two operations at one
 *   method and path.
 */
export function routeTable(mounts: readonly Mount[]): RouteTable {
  const router = createRouter<Route>();
  const taken = new Map<string, string>();
  const bases = new Set<string>();
  for (const route of mounts.flatMap(routesOf)) {
    const { operation, base } = route;
    const name = nameOf(route);
    const path = pathOf(route);
    const segments = path === '/' ? [] : path.slice(1).split('/');
    const pattern = segments.map((segment) => patternOf(segment, name, path));
    checkParams(route, segments, name, path);
    const key = `${operation.method} /${pattern.map((part) => (part.startsWith(':') ? ':' : part)).join('/')}`;
    const other = taken.get(key);
    if (other !== undefined) throw new RangeError(`${name} and ${other} both answer ${operation.method} ${path}`);
    taken.set(key, name);
    bases.add(base);
    addRoute(router, operation.method, `/${pattern.join('/')}`, route);
  }

  const find: RouteTable['find'] = (method, path) => {
    // The router forgives one slash at the end, which clouds' gateways do not; an empty last parameter would be lost in it.
    if (path.length > 1 && path.endsWith('/')) return undefined;
    const found = findRoute(router, method, path);
    return found === undefined ? undefined : { route: found.data, params: found.params };
  };
  return {
    find,
    methodsAt: (path) => methods.filter((method) => find(method, path) !== undefined),
    owns: (path) => [...bases].some((base) => path === base || path.startsWith(`${base}/`)),
  };
}

/** Every operation of a service, in the order of its declaration. */
export function routesOf(mount: Mount): Route[] {
  return Object.entries(mount.service.functions).flatMap(([functionName, { trigger }]) => {
    if (trigger.kind !== 'http') return [];
    return Object.entries(trigger.operations).map(([operationName, operation]) => ({
      mount,
      functionName,
      operationName,
      operation,
      base: trimSlash(trigger.base),
      queryNames: operation.query === undefined ? new Set<string>() : fieldNames(operation.query),
    }));
  });
}

/** The whole path of an operation, `/scheduling/v1/tasks/{id}`. */
export const pathOf = ({ base, operation }: Pick<Route, 'base' | 'operation'>): string =>
  trimSlash(`${base}${operation.path}`) || '/';

const nameOf = ({ mount, operationName }: Route): string => `operation "${operationName}" of "${mount.service.name}"`;
const trimSlash = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path);

function patternOf(segment: string, name: string, path: string): string {
  const match = parameter.exec(segment);
  if (match !== null) return `:${match[1]}`;
  if (literal.test(segment)) return segment;
  throw new RangeError(
    `${name}: in "${path}", "${segment}" must be {name} or made of A-Z, a-z, 0-9, ".", "_", "~" and "-"`,
  );
}

function checkParams({ operation }: Route, segments: readonly string[], name: string, path: string): void {
  const names = segments.flatMap((segment) => parameter.exec(segment)?.[1] ?? []);
  const repeated = names.find((param, index) => names.indexOf(param) !== index);
  if (repeated !== undefined) throw new RangeError(`${name}: "${path}" has {${repeated}} twice`);
  const known = operation.params === undefined ? new Set<string>() : fieldNames(operation.params);
  if (known === undefined) return;
  const missing = names.find((param) => !known.has(param));
  if (missing !== undefined) throw new RangeError(`${name}: "${path}" has {${missing}}, which its params do not`);
  const extra = [...known].find((param) => !names.includes(param));
  if (extra !== undefined) throw new RangeError(`${name}: its params have "${extra}", which "${path}" does not`);
}
