import type { Grant } from '../port.ts';
import type { Service } from '../service.ts';

/** A method of a port that a function has called. */
export interface PortCall {
  readonly function: string;
  readonly port: string;
  readonly method: string;
}

type Ports = Record<string, object>;
type Alone = (delivery: unknown) => readonly [ports: Ports, context: unknown];
/** Any handler; those of batches are given `alone`, which hands out ports, too. */
type Handler = (input: unknown, ports: Ports, context: unknown, alone?: Alone) => unknown;

/**
 * The same service, which tells of every call its functions make on their ports: to see that each right that is granted is
 * used. It runs wherever the service does.
 */
export function recordUsage<S extends Service>(service: S, record: (call: PortCall) => void): S {
  const functions = Object.entries(service.functions).map(([name, fn]) => {
    const seen = (ports: Ports): Ports =>
      watched(ports, fn.grants, (port, method) => record({ function: name, port, method }));
    const watch =
      (handler: Handler): Handler =>
      (input, ports, context, alone) =>
        handler(input, seen(ports), context, (delivery) => {
          const [own, ownContext] = alone!(delivery);
          return [seen(own), ownContext];
        });
    const handler =
      typeof fn.handler === 'function'
        ? watch(fn.handler as Handler)
        : Object.fromEntries(
            Object.entries(fn.handler as Record<string, Handler>).map(([op, one]) => [op, watch(one)]),
          );
    return [name, { ...fn, handler }];
  });
  return { ...service, functions: Object.fromEntries(functions) };
}

/** Every call is recorded, also one of a method that was not granted, which then fails. */
function watched(
  ports: Ports,
  grants: Readonly<Record<string, Grant>>,
  record: (port: string, method: string) => void,
): Ports {
  const entries = Object.entries(ports).map(([alias, contract]) => {
    const watch = new Proxy(contract as Record<string, (...given: unknown[]) => unknown>, {
      get: (target, method: string) => {
        return (...args: unknown[]) => {
          record(grants[alias]!.port.name, method);
          return target[method]!(...args);
        };
      },
    });
    return [alias, watch];
  });
  return Object.fromEntries(entries);
}
