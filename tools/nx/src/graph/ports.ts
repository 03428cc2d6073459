import { join } from 'node:path';
import type { ProjectGraph } from '@nx/devkit';
import { usageOf, type PortUse, type Service } from '@portolan/kernel';

/** What a domain's service declares, as far as the picture shows it. */
export interface DeclaredService {
  /** The project that declares it. */
  readonly project: string;
  readonly name: string;
  readonly ports: readonly { readonly name: string; readonly kind: string }[];
  readonly functions: readonly {
    readonly name: string;
    readonly trigger: string;
    /** Its rights, and the methods of each; `receive` for the port that triggers it. */
    readonly uses: readonly PortUse[];
  }[];
}

/** Loads each domain from source and reads the services it exports. Needs Node's `--conditions=@portolan/source`. */
export async function readServices({ nodes }: ProjectGraph, workspaceRoot: string): Promise<DeclaredService[]> {
  const domains = Object.values(nodes).filter(({ data }) => data.tags?.includes('type:domain'));
  const loaded = await Promise.all(
    domains.map(async ({ name, data }) => {
      const module = (await import(join(workspaceRoot, data.root, 'src/index.ts'))) as Record<string, unknown>;
      return servicesIn(name, module);
    }),
  );
  return loaded.flat();
}

/** The services among a module's exports. */
export function servicesIn(project: string, module: Readonly<Record<string, unknown>>): DeclaredService[] {
  return Object.values(module)
    .filter(isService)
    .map((service) => ({
      project,
      name: service.name,
      ports: Object.values(service.ports).map(({ name, kind }) => ({ name, kind })),
      functions: usageOf(service).functions.map(({ function: name, trigger, uses }) => {
        const received = uses.find(({ right }) => right === 'receive');
        return { name, trigger: received === undefined ? trigger : `on ${received.port}`, uses };
      }),
    }));
}

/** The kernel's `service(...)`, told from a domain's other exports by its shape. */
function isService(value: unknown): value is Service {
  if (typeof value !== 'object' || value === null) return false;
  const { name, ports, functions } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof ports === 'object' && typeof functions === 'object';
}
