import { formatDuration, type ContractOf, type NeedsOf, type Port, type Service } from '@portolan/kernel';
import type { Adapter, Cloud } from './adapter.ts';

/**
 * One adapter for each port of a service: of its kind, of this cloud or of any, with every guarantee that the port needs.
 * A composition root that lacks one does not compile.
 */
export type Bindings<S extends Service, Place extends Cloud> = {
  readonly [Name in keyof S['ports']]: AdapterFor<S['ports'][Name], Place>;
};

/** The adapters that may stand behind a port in a cloud. */
export type AdapterFor<P extends Port, Place extends Cloud> = P['kind'] extends 'own'
  ? Adapter<'own', Place | 'any', object, ContractOf<P>>
  : Adapter<P['kind'], Place | 'any', NeedsOf<P>>;

/** A composition that cannot work, found before anything runs. */
export class CompositionError extends Error {
  override readonly name = 'CompositionError';
}

/** One port with the adapter behind it: of the service, or a part of another adapter. */
export interface Binding {
  readonly port: Port;
  readonly adapter: Adapter;
  /** The names of the adapter's parts, by what it calls them; each is a binding of its own. */
  readonly parts: Readonly<Record<string, string>>;
}

/**
 * Every binding of a service by port name, parts included, checked: what only numbers can tell, and again what the compiler
 * checked, for roots that are written in JavaScript.
 *
 * @throws {CompositionError} that names the port, the adapter, the limit and the way out.
 */
export function checkBindings(
  service: Service,
  bindings: Readonly<Record<string, Adapter>>,
  place: Cloud,
): ReadonlyMap<string, Binding> {
  const all = new Map<string, Binding>();
  const add = (port: Port, adapter: Adapter | undefined, listened: boolean): void => {
    const subject = `service "${service.name}": port "${port.name}"`;
    if (all.has(port.name))
      throw new CompositionError(`${subject} is named twice; an adapter's part takes the name, too`);
    checkAdapter(subject, port, adapter, place);
    const parts = adapter.parts(port, { listened });
    const partNames = Object.entries(parts).map(([alias, part]) => [alias, part.port.name]);
    all.set(port.name, { port, adapter, parts: Object.fromEntries(partNames) });
    for (const part of Object.values(parts)) add(part.port, part.adapter, listened);
  };
  const triggering = new Set(
    Object.values(service.functions).flatMap(({ trigger }) => ('port' in trigger ? [trigger.port.name] : [])),
  );
  for (const [name, port] of Object.entries(service.ports)) add(port, bindings[name], triggering.has(port.name));
  const unknown = Object.keys(bindings).find((name) => !(name in service.ports));
  if (unknown === undefined) return all;
  throw new CompositionError(
    `service "${service.name}" has no port "${unknown}"; its ports are ${Object.keys(service.ports).join(', ')}`,
  );
}

function checkAdapter(
  subject: string,
  port: Port,
  adapter: Adapter | undefined,
  place: Cloud,
): asserts adapter is Adapter {
  if (adapter === undefined)
    throw new CompositionError(`${subject} (${port.kind}) is not bound; give it an adapter for ${place}`);
  if (adapter.kind !== port.kind) {
    throw new CompositionError(
      `${subject} is a ${port.kind}, but ${adapter.name} is a ${adapter.kind}; bind a ${port.kind} adapter`,
    );
  }
  if (adapter.cloud !== 'any' && adapter.cloud !== place) {
    throw new CompositionError(
      `${subject} is composed for ${place}, but ${adapter.name} belongs to ${adapter.cloud}; bind one for ${place}`,
    );
  }
  checkGuarantees(subject, port, adapter);
  checkLimits(subject, port, adapter);
}

function checkGuarantees(subject: string, port: Port, adapter: Adapter): void {
  const had = adapter.guarantees as Record<string, unknown>;
  const missing = Object.entries(port.needs).find(([guarantee, needed]) => had[guarantee] !== needed);
  if (missing === undefined) return;
  throw new CompositionError(
    `${subject} needs "${missing[0]}", which ${adapter.name} does not guarantee; bind an adapter that does`,
  );
}

function checkLimits(subject: string, port: Port, adapter: Adapter): void {
  for (const [demand, value] of Object.entries(port.demands)) {
    const limit = adapter.limits[demand];
    if (limit === undefined || value <= limit.max) continue;
    const show = (amount: number) => (demand.endsWith('Ms') ? formatDuration(amount) : `${amount} bytes`);
    throw new CompositionError(
      `${subject} asks for ${demand} of ${show(value)}, but ${adapter.name} allows ${show(limit.max)}; ${limit.wayOut}`,
    );
  }
}
