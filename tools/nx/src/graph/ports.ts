import { join } from 'node:path';
import type { ProjectGraph } from '@nx/devkit';

/** What a domain's service declares, as far as the picture shows it. */
export interface DeclaredService {
  /** The project that declares it. */
  readonly project: string;
  readonly name: string;
  readonly ports: readonly { readonly name: string; readonly kind: string }[];
  readonly functions: readonly {
    readonly name: string;
    readonly trigger: string;
    readonly grants: readonly { readonly port: string; readonly right: string }[];
  }[];
}

/** The shape of the kernel's `service(...)`, by which its exports are told from a domain's other ones. */
interface ServiceLike {
  readonly name: string;
  readonly ports: Readonly<Record<string, { readonly kind: string; readonly name: string }>>;
  readonly functions: Readonly<
    Record<
      string,
      {
        readonly trigger: { readonly kind: string; readonly port?: { readonly name: string } };
        readonly grants: Readonly<Record<string, { readonly port: { readonly name: string }; readonly right: string }>>;
      }
    >
  >;
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
    .map(({ name, ports, functions }) => ({
      project,
      name,
      ports: Object.values(ports).map(({ name, kind }) => ({ name, kind })),
      functions: Object.entries(functions).map(([name, { trigger, grants }]) => ({
        name,
        trigger: trigger.port === undefined ? trigger.kind : `on ${trigger.port.name}`,
        grants: Object.values(grants).map(({ port, right }) => ({ port: port.name, right })),
      })),
    }));
}

function isService(value: unknown): value is ServiceLike {
  if (typeof value !== 'object' || value === null) return false;
  const { name, ports, functions } = value as Record<string, unknown>;
  return typeof name === 'string' && typeof ports === 'object' && typeof functions === 'object';
}
