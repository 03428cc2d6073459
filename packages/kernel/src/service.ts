import type { ServiceFunction } from './function.ts';
import type { Port } from './port.ts';
import { checkName } from './port.ts';

export type Ports = Readonly<Record<string, Port>>;

/** A domain as a whole: its ports and its functions. What composition roots bind and hosts run. */
export interface Service<
  Name extends string = string,
  P extends Ports = Ports,
  F extends Readonly<Record<string, ServiceFunction>> = Readonly<Record<string, ServiceFunction>>,
> {
  readonly name: Name;
  readonly ports: P;
  readonly functions: F;
}

/**
 * Declares a service.
 *
 * @param ports - Every port that its functions use, each under its own name.
 * @throws {RangeError} for a malformed name, a port under another name, and a function that uses an unlisted port.
 */
export function service<
  const Name extends string,
  const P extends Ports,
  const F extends Readonly<Record<string, ServiceFunction<P[keyof P]['name']>>>,
>(name: Name, ports: P, functions: F): Service<Name, P, F> {
  checkName('service', name);
  for (const [key, port] of Object.entries(ports)) {
    if (key !== port.name) throw new RangeError(`service "${name}": port "${port.name}" is listed as "${key}"`);
  }
  for (const [functionName, { grants, trigger }] of Object.entries(functions)) {
    checkName('function', functionName);
    const used = Object.values(grants).map(({ port }) => port.name);
    if (trigger.kind === 'message' || trigger.kind === 'channel') used.push(trigger.port.name);
    const unlisted = used.find((portName) => !(portName in ports));
    if (unlisted !== undefined) {
      throw new RangeError(
        `service "${name}": function "${functionName}" uses port "${unlisted}", which is not listed`,
      );
    }
  }
  return { name, ports, functions };
}
