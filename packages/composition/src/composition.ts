import 'reflect-metadata/lite';
import { bindFunction, type BoundFunction, type Environment, type Service } from '@portolan/kernel';
import { Container, type ContainerModule, type ServiceIdentifier } from 'inversify';
import type { Adapter, Cloud } from './adapter.ts';
import { checkBindings, type Bindings } from './bindings.ts';

/** A service with its ports bound, of which nothing is built before it is used. */
export interface Composition {
  readonly service: Service;
  /** For teams that rebind: `container.rebind(portToken('scheduling', 'tasks'))`. */
  readonly container: Container;
  /** The contracts of the named ports, by port name, built on first use. */
  contracts(portNames: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  /** One function, with just the ports it uses built. */
  bind(functionName: string): Promise<BoundFunction>;
  /** Disposes of what was built, in no particular order; shared clients after it. */
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
  checkBindings(service, adapters, place);
  const container = new Container({ defaultScope: 'Singleton' });
  const modules = new Set(Object.values(adapters).flatMap(({ modules }) => modules));
  container.load(...modules);
  for (const [name, port] of Object.entries(service.ports)) {
    const { open, needs } = adapters[name]!;
    const opening = { service: service.name, port, environment: options.environment };
    container
      .bind(portToken(service.name, name))
      .toResolvedValue((...resolved: unknown[]) => open(opening, ...(resolved as never[])), [...needs])
      .inSingletonScope()
      .onDeactivation(dispose);
  }
  container.load(...(options.modules ?? []));

  const contracts: Composition['contracts'] = async (names) => {
    const built = names.map(async (name) => [name, await container.getAsync(portToken(service.name, name))] as const);
    return Object.fromEntries(await Promise.all(built));
  };
  return {
    service,
    container,
    contracts,
    async bind(functionName) {
      const fn = service.functions[functionName];
      if (fn === undefined) throw new RangeError(`service "${service.name}" has no function "${functionName}"`);
      const used = new Set(Object.values(fn.grants).map(({ port }) => port.name));
      return bindFunction(fn, await contracts([...used]), options.environment);
    },
    async close() {
      const ports = Object.keys(service.ports).map((name): ServiceIdentifier => portToken(service.name, name));
      await Promise.all(ports.map((token) => container.unbindAsync(token)));
      await container.unbindAllAsync();
    },
  };
}

/** Whatever an adapter opened may have `Symbol.asyncDispose`; a contract without one has nothing to let go. */
async function dispose(contract: unknown): Promise<void> {
  await (contract as Partial<AsyncDisposable> | undefined)?.[Symbol.asyncDispose]?.();
}
