import { CompositionError, type Composition } from '@portolan/composition';
import type { IncomingHttpHeaders } from 'node:http';

const base = '/functions/';

/**
 * Where a function that is not behind HTTP operations is called in a container: by push subscriptions, by schedules, and by
 * Cloud Tasks.
 */
export const functionPath = (name: string): string => `${base}${name}`;

/** Finds the function that a request is for; `undefined` where it is for none. */
export type Route = (path: string, headers: IncomingHttpHeaders) => string | undefined;

/**
 * The functions of a service that are called by the platform: each at its own path. Cloud Tasks, which may know of no more
 * than the service's URL, names the queue, which is as good.
 *
 * @throws {CompositionError} for an operation or a socket whose path would lie among theirs.
 * @see https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler
 */
export function routesOf({ service, bindings }: Composition): Route {
  const names = new Set<string>();
  const byQueue = new Map<string, string>();
  for (const [name, { trigger }] of Object.entries(service.functions)) {
    const own = trigger.kind === 'http' ? trigger.base : trigger.kind === 'channel' ? trigger.path : undefined;
    if (own !== undefined) checkApart(service.name, name, own);
    else names.add(name);
    if (trigger.kind !== 'message') continue;
    const { adapter, port } = bindings.get(trigger.port.name)!;
    for (const { kind, resource } of adapter.triggers({ service: service.name, port, subscription: name }))
      if (kind === 'cloud-tasks') byQueue.set(resource, name);
  }
  return (path, headers) => {
    const queue = headers['x-cloudtasks-queuename'];
    const name = path.startsWith(base) ? path.slice(base.length) : byQueue.get(String(queue));
    return name !== undefined && names.has(name) ? name : undefined;
  };
}

function checkApart(service: string, name: string, path: string): void {
  if (!`${path}/`.startsWith(base)) return;
  const why = `"${path}" lies among the paths by which the platform calls functions, ${base}`;
  throw new CompositionError(`service "${service}": function "${name}": ${why}; give it another`);
}
