import type { Cloud } from '../placement.ts';

/** One line of the boundary rules: it binds projects that carry all its source tags. */
export type DepConstraint = ({ readonly sourceTag: string } | { readonly allSourceTags: readonly string[] }) & {
  /** Workspace projects it may use: those with at least one of these tags. */
  readonly onlyDependOnLibsWithTags?: readonly string[];
  /** npm packages it may not use. */
  readonly bannedExternalImports?: readonly string[];
};

const foundations = ['type:kernel', 'type:composition', 'type:conformance'];

/** The packages that speak to one cloud; only that cloud's adapters may import them. */
const sdks: Record<Exclude<Cloud, 'any' | 'local'>, readonly string[]> = {
  aws: ['@aws-sdk/*', '@smithy/*', 'aws-sdk'],
  azure: ['@azure/*', 'applicationinsights'],
  gcp: ['@google-cloud/*', '@googleapis/*', 'google-auth-library', 'googleapis', 'firebase-admin'],
};

/** Every cloud's packages but those of the one given. */
function foreignSdks(own?: string): string[] {
  return Object.entries(sdks).flatMap(([cloud, packages]) => (cloud === own ? [] : packages));
}

/**
 * Who may depend on whom. Every line that fits a project must hold. ESLint (file by file) and the guard (over the
 * project graph) both read this list.
 */
export const depConstraints: readonly DepConstraint[] = [
  { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: [], bannedExternalImports: foreignSdks() },
  { sourceTag: 'type:composition', onlyDependOnLibsWithTags: ['type:kernel'], bannedExternalImports: foreignSdks() },
  { sourceTag: 'type:domain', onlyDependOnLibsWithTags: ['type:kernel'], bannedExternalImports: foreignSdks() },
  {
    sourceTag: 'type:conformance',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:composition'],
    bannedExternalImports: foreignSdks(),
  },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: [...foundations, 'type:domain', 'type:adapter'],
    bannedExternalImports: foreignSdks(),
  },
  // An adapter that belongs to no cloud may serve one domain's own ports, but must run on every cloud.
  {
    sourceTag: 'type:adapter',
    onlyDependOnLibsWithTags: [...foundations, 'type:domain', 'type:adapter'],
  },
  { allSourceTags: ['type:adapter', 'cloud:any'], onlyDependOnLibsWithTags: ['cloud:any'] },
  ...['local', 'aws', 'azure', 'gcp'].flatMap((cloud): DepConstraint[] => [
    { sourceTag: `cloud:${cloud}`, onlyDependOnLibsWithTags: [`cloud:${cloud}`, 'cloud:any'] },
    // A cloud's adapters serve every domain, so they know none.
    {
      allSourceTags: ['type:adapter', `cloud:${cloud}`],
      onlyDependOnLibsWithTags: [...foundations, 'type:adapter'],
      bannedExternalImports: foreignSdks(cloud),
    },
  ]),
  { allSourceTags: ['type:adapter', 'cloud:any'], bannedExternalImports: foreignSdks() },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['*'] },
];

/** The lines that bind a project with these tags. */
export function constraintsFor(tags: readonly string[]): DepConstraint[] {
  return depConstraints.filter((constraint) =>
    'sourceTag' in constraint
      ? tags.includes(constraint.sourceTag)
      : constraint.allSourceTags.every((tag) => tags.includes(tag)),
  );
}
