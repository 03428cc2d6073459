import type { ProjectGraph } from '@nx/devkit';
import type { Cloud, ProjectType } from '../placement.ts';
import type { OfferedAdapter } from './adapters.ts';
import type { BoundAdapter } from './bindings.ts';
import type { DeclaredService } from './ports.ts';

/** A box of the picture: a project, an adapter factory that it offers, a port or a function that a domain declares. */
export interface ChartNode {
  readonly id: string;
  readonly label: string;
  readonly kind: ProjectType | 'factory' | 'port' | 'function';
  readonly cloud: Cloud;
  readonly domain?: string;
  /** A project's folder, the kind of a port or factory, a function's trigger. */
  readonly detail: string;
  readonly tags: readonly string[];
}

/** A line of the picture. */
export interface ChartEdge {
  readonly from: string;
  readonly to: string;
  /**
   * `imports` between projects, `declares` from a domain, `offers` from an adapter package, `binds <port>` from an app to a
   * factory, else the right that a function has to a port.
   */
  readonly relation: string;
}

/** The workspace as architects read it. */
export interface Chart {
  readonly nodes: readonly ChartNode[];
  readonly edges: readonly ChartEdge[];
  /** What may do what: each right of each function, with the methods that it holds. */
  readonly rights: readonly Right[];
  /** Which adapter each app of a domain gives to each port. */
  readonly bound: readonly Bound[];
  /** By kind of port, then by cloud: the adapters there are; those of `any` cloud may stand behind a port everywhere. */
  readonly support: Readonly<Record<string, Readonly<Partial<Record<Cloud, readonly Support[]>>>>>;
}

export interface Right {
  readonly service: string;
  readonly function: string;
  readonly port: string;
  readonly kind: string;
  readonly right: string;
  readonly methods: readonly string[];
}

export interface Bound {
  readonly domain: string;
  readonly cloud: Cloud;
  readonly port: string;
  readonly adapter: string;
}

export interface Support {
  readonly adapter: string;
  readonly guarantees: readonly string[];
}

/** What is known of the workspace besides Nx's graph. */
export interface Declarations {
  readonly services: readonly DeclaredService[];
  readonly adapters: readonly OfferedAdapter[];
  readonly bindings: readonly BoundAdapter[];
}

/** Joins Nx's projects with what domains declare, what adapter packages offer, and what apps bind. */
export function chartOf(graph: ProjectGraph, { services, adapters, bindings }: Declarations): Chart {
  const projects = Object.values(graph.nodes).map(({ name, data: { root, tags = [] } }): ChartNode => {
    const tag = (axis: string) => tags.find((tag) => tag.startsWith(`${axis}:`))?.slice(axis.length + 1);
    const domain = tag('domain');
    return {
      id: name,
      label: root.split('/').slice(1).join('/'),
      kind: (tag('type') ?? 'tool') as ProjectType,
      cloud: (tag('cloud') ?? 'any') as Cloud,
      ...(domain === undefined ? {} : { domain }),
      detail: root,
      tags: tags.filter((tag) => /^(type|cloud|domain):/.test(tag)),
    };
  });
  const imports = projects.flatMap(({ id }) =>
    (graph.dependencies[id] ?? [])
      .filter(({ target }) => target in graph.nodes)
      .map(({ target }): ChartEdge => ({ from: id, to: target, relation: 'imports' })),
  );
  const declared = services.map((service) => declaredBy(service, projects));
  const parts = [...declared, offered(adapters, bindings)];
  return {
    nodes: [...projects, ...parts.flatMap(({ nodes }) => nodes)],
    edges: [...distinct(imports), ...parts.flatMap(({ edges }) => edges)],
    rights: services.flatMap(rightsOf),
    bound: bindings.flatMap(({ project, port, adapter }) => {
      const { domain, cloud } = projects.find(({ id }) => id === project) ?? {};
      // The local platform runs every domain: there, the name of a port does not tell whose it is.
      return domain === undefined || cloud === undefined ? [] : [{ domain, cloud, port, adapter }];
    }),
    support: supportOf(adapters),
  };
}

type Part = Pick<Chart, 'nodes' | 'edges'>;

function declaredBy(service: DeclaredService, projects: readonly ChartNode[]): Part {
  const domain = projects.find(({ id }) => id === service.project)?.domain ?? service.name;
  const portId = (name: string) => `${service.project}#port:${name}`;
  const functionId = (name: string) => `${service.project}#function:${name}`;
  const node = (id: string, kind: 'port' | 'function', label: string, detail: string): ChartNode => {
    return { id, label, kind, cloud: 'any', domain, detail, tags: [`type:${kind}`, 'cloud:any', `domain:${domain}`] };
  };
  const nodes = [
    ...service.functions.map(({ name, trigger }) => node(functionId(name), 'function', name, trigger)),
    ...service.ports.map(({ name, kind }) => node(portId(name), 'port', name, kind)),
  ];
  const edges = service.functions.flatMap(({ name, uses }): ChartEdge[] => [
    { from: service.project, to: functionId(name), relation: 'declares' },
    ...uses.map(({ port, right }) => ({ from: functionId(name), to: portId(port), relation: right })),
  ]);
  return { nodes, edges };
}

function offered(adapters: readonly OfferedAdapter[], bindings: readonly BoundAdapter[]): Part {
  const ids = new Map(adapters.map(({ project, name }) => [name, `${project}#adapter:${name}`]));
  const nodes = adapters.map(({ name, kind, cloud, guarantees }): ChartNode => {
    const detail = [kind, ...guarantees].join(', ');
    return {
      id: ids.get(name)!,
      label: name,
      kind: 'factory',
      cloud,
      detail,
      tags: ['type:factory', `cloud:${cloud}`],
    };
  });
  const edges = [
    ...adapters.map(({ project, name }) => ({ from: project, to: ids.get(name)!, relation: 'offers' })),
    ...bindings.map(({ project, port, adapter }) => ({
      from: project,
      to: ids.get(adapter)!,
      relation: `binds ${port}`,
    })),
  ];
  return { nodes, edges };
}

const rightsOf = (service: DeclaredService): Right[] =>
  service.functions.flatMap(({ name, uses }) => uses.map((use) => ({ service: service.name, function: name, ...use })));

function supportOf(adapters: readonly OfferedAdapter[]): Chart['support'] {
  const support: Record<string, Partial<Record<Cloud, Support[]>>> = {};
  for (const { name, kind, cloud, guarantees } of adapters) {
    ((support[kind] ??= {})[cloud] ??= []).push({ adapter: name, guarantees });
  }
  return support;
}

function distinct(edges: readonly ChartEdge[]): ChartEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()];
}
