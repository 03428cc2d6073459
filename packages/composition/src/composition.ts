import 'reflect-metadata/lite';
import { bindFunction, type BoundFunction, type Environment, type Service } from '@portolan/kernel';
import { Container, type ContainerModule, type ServiceIdentifier } from 'inversify';
import type { Adapter, Cloud } from './adapter.ts';
import { checkBindings, type Binding, type Bindings } from './bindings.ts';

/** A service with its ports bound, of which nothing is built before it is used. */
export interface Composition {
  readonly service: Service;
  readonly environment: Environment;
  /** For teams that rebind: `container.rebind(portToken('scheduling', 'tasks'))`. */
  readonly container: Container;
  /** The contracts of the named ports, by port name, built on first use. */
  contracts(portNames: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  /** One function, with just the ports it uses built. */
  bind(functionName: string): Promise<BoundFunction>;
  /** Every binding by port name, parts of adapters included: what has to exist in the cloud. */
  readonly bindings: ReadonlyMap<string, Binding>;
  /** Disposes of what was built; shared clients after it. Of all of it, also where one fails: then it rejects with the first failure. */
  close(): Promise<void>;
}

export interface CompositionOptions {
  readonly environment: Environment;
  /** Loaded last, so that they may replace what adapters bring: a client for an emulator, a setting. */
  readonly modules?: readonly ContainerModule[];
}

/** Identifies the contract behind a port in the container. The same for everybody, so that a team can rebind it. */
export function portToken(service: string, port: string): symbol {
  return Symbol.for(`portolan/${service}/${port}`);
}

/**
 * Binds a service to adapters of one cloud.
 *
 * @throws {CompositionError} when a limit of an adapter is passed, before anything is built.
 */
export function compose<const S extends Service, const Place extends Cloud>(
  service: S,
  place: Place,
  bindings: Bindings<S, Place>,
  options: CompositionOptions,
): Composition {
  const adapters = bindings as unknown as Readonly<Record<string, Adapter>>;
  const all = checkBindings(service, adapters, place);
  const container = new Container({ defaultScope: 'Singleton' });
  container.load(...new Set([...all.values()].flatMap(({ adapter }) => adapter.modules)));
  for (const binding of all.values()) bindPort(container, service.name, binding, options.environment);
  container.load(...(options.modules ?? []));

  const contracts: Composition['contracts'] = async (names) => {
    const built = names.map(async (name) => [name, await container.getAsync(portToken(service.name, name))] as const);
    return Object.fromEntries(await Promise.all(built));
  };
  return {
    service,
    environment: options.environment,
    container,
    bindings: all,
    contracts,
    async bind(functionName) {
      const fn = service.functions[functionName];
      if (fn === undefined) throw new RangeError(`service "${service.name}" has no function "${functionName}"`);
      const used = new Set(Object.values(fn.grants).map(({ port }) => port.name));
      return bindFunction(fn, await contracts([...used]), options.environment);
    },
    async close() {
      const failures: unknown[] = [];
      const lettingGo = (ended: Promise<void>): Promise<unknown> =>
        ended.catch((error: unknown) => failures.push(error));
      // In the order they were bound, so that an adapter is let go before what it is built on.
      for (const name of all.keys()) await lettingGo(container.unbindAsync(portToken(service.name, name)));
      await lettingGo(container.unbindAllAsync());
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Binds one port: its adapter is given its parts first, then what it needs from modules. */
function bindPort(
  container: Container,
  service: string,
  { port, adapter, parts }: Binding,
  environment: Environment,
): void {
  const aliases = Object.keys(parts);
  const partTokens = Object.values(parts).map((name): ServiceIdentifier => portToken(service, name));
  const open = (...resolved: unknown[]): unknown => {
    const contracts = Object.fromEntries(aliases.map((alias, index) => [alias, resolved[index]]));
    const needs = resolved.slice(aliases.length) as never[];
    return adapter.open({ service, port, environment, parts: contracts }, ...needs);
  };
  container
    .bind(portToken(service, port.name))
    .toResolvedValue(open, [...partTokens, ...adapter.needs])
    .inSingletonScope()
    .onDeactivation(dispose);
}

/** Whatever an adapter opened may have `Symbol.asyncDispose`; a contract without one has nothing to let go. */
async function dispose(contract: unknown): Promise<void> {
  await (contract as Partial<AsyncDisposable> | undefined)?.[Symbol.asyncDispose]?.();
}
