/** What kind of project a folder holds; becomes the `type:` tag. */
export type ProjectType = 'kernel' | 'composition' | 'conformance' | 'domain' | 'adapter' | 'app' | 'tool';

/** Where a project can run; `any` means it knows no cloud. Becomes the `cloud:` tag. */
export type Cloud = 'local' | 'aws' | 'azure' | 'gcp' | 'any';

/** What the place of a folder says about the project in it. */
export interface Placement {
  readonly type: ProjectType;
  readonly cloud: Cloud;
  /** Present for domains, and for cloud apps: the domain they deploy. */
  readonly domain?: string;
}

const platforms = new Set<string>(['local', 'aws', 'azure', 'gcp']);
const foundations = new Set<string>(['kernel', 'composition', 'conformance']);

/**
 * Reads type, cloud and domain from where a project's folder stands.
 *
 * @param root - Folder of the project, relative to the workspace, with forward slashes.
 * @throws {Error} when no project may stand there: a wrong folder would otherwise escape every boundary.
 */
export function placementOf(root: string): Placement {
  const [area, first = '', second] = root.split('/');
  if (area === 'packages') {
    return foundations.has(first)
      ? { type: first as ProjectType, cloud: 'any' }
      : { type: 'domain', cloud: 'any', domain: first };
  }
  if (area === 'adapters') return { type: 'adapter', cloud: platforms.has(first) ? (first as Cloud) : 'any' };
  if (area === 'tools') return { type: 'tool', cloud: 'any' };
  if (area === 'apps' && second === undefined && (first === 'local' || !platforms.has(first))) {
    return { type: 'app', cloud: 'local' };
  }
  if (area === 'apps' && second !== undefined && platforms.has(first)) {
    return { type: 'app', cloud: first as Cloud, domain: second };
  }
  throw new Error(
    `${root} is no place for a project: expected packages/*, adapters/*, apps/*, apps/{local,aws,azure,gcp}/* or tools/*`,
  );
}

/** The tags of a placement, as Nx and the boundary rules read them. */
export function tagsOf({ type, cloud, domain }: Placement): string[] {
  return [`type:${type}`, `cloud:${cloud}`, ...(domain === undefined ? [] : [`domain:${domain}`])];
}
