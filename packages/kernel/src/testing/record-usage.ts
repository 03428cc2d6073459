import type { Grant } from '../port.ts';
import type { Service } from '../service.ts';

/** A method of a port that a function has called. */
export interface PortCall {
  readonly function: string;
  readonly port: string;
  readonly method: string;
}

type Handler = (input: unknown, ports: Record<string, object>, context: unknown) => unknown;

/**
 * The same service, which tells of every call its functions make on their ports: to see that each right that is granted is
 * used. It runs wherever the service does.
 */
export function recordUsage<S extends Service>(service: S, record: (call: PortCall) => void): S {
  const functions = Object.entries(service.functions).map(([name, fn]) => {
    const watch =
      (handler: Handler): Handler =>
      (input, ports, context) =>
        handler(
          input,
          watched(ports, fn.grants, (port, method) => record({ function: name, port, method })),
          context,
        );
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

function watched(
  ports: Record<string, object>,
  grants: Readonly<Record<string, Grant>>,
  record: (port: string, method: string) => void,
): Record<string, object> {
  const entries = Object.entries(ports).map(([alias, contract]) => {
    const methods = Object.entries(contract).map(([method, call]) => [
      method,
      (...args: unknown[]) => {
        record(grants[alias]!.port.name, method);
        return (call as (...given: unknown[]) => unknown)(...args);
      },
    ]);
    return [alias, Object.fromEntries(methods)];
  });
  return Object.fromEntries(entries);
}
