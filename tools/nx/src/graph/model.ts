import type { ProjectGraph } from '@nx/devkit';
import type { Cloud, ProjectType } from '../placement.ts';
import type { DeclaredService } from './ports.ts';

/** A box of the picture: a project, a port that a domain declares, or a function of it. */
export interface ChartNode {
  readonly id: string;
  readonly label: string;
  readonly kind: ProjectType | 'port' | 'function';
  readonly cloud: Cloud;
  readonly domain?: string;
  /** A project's folder, a port's kind, a function's trigger. */
  readonly detail: string;
  readonly tags: readonly string[];
}

/** A line of the picture. */
export interface ChartEdge {
  readonly from: string;
  readonly to: string;
  /** `imports` between projects, `declares` from a domain, else the right that a function has to a port. */
  readonly relation: string;
}

/** The workspace as architects read it. */
export interface Chart {
  readonly nodes: readonly ChartNode[];
  readonly edges: readonly ChartEdge[];
}

/** Joins Nx's projects with what the domains declare. */
export function chartOf(graph: ProjectGraph, services: readonly DeclaredService[]): Chart {
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
  return {
    nodes: [...projects, ...declared.flatMap(({ nodes }) => nodes)],
    edges: [...distinct(imports), ...declared.flatMap(({ edges }) => edges)],
  };
}

function declaredBy(service: DeclaredService, projects: readonly ChartNode[]): Chart {
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
  const edges = service.functions.flatMap(({ name, grants }): ChartEdge[] => [
    { from: service.project, to: functionId(name), relation: 'declares' },
    ...grants.map(({ port, right }) => ({ from: functionId(name), to: portId(port), relation: right })),
  ]);
  return { nodes, edges };
}

function distinct(edges: readonly ChartEdge[]): ChartEdge[] {
  return [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()];
}
