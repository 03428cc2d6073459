/** The part of esbuild's metafile that is read here. */
export interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      { readonly bytes: number; readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }
    >
  >;
}

/** One package inside a bundle. */
export interface Input {
  /** Its name on npm, or the folder of a workspace project: `zod`, `adapters/aws`. */
  readonly name: string;
  readonly bytes: number;
}

export interface Bundle {
  readonly bytes: number;
  /** The heaviest first. */
  readonly inputs: readonly Input[];
}

/**
 * What a bundle is made of.
 *
 * @throws {RangeError} unless the metafile has exactly one JavaScript output.
 */
export function readBundle(metafile: Metafile): Bundle {
  const outputs = Object.entries(metafile.outputs).filter(([path]) => /\.[cm]?js$/.test(path));
  if (outputs.length !== 1) throw new RangeError(`expected one bundle, found ${outputs.length}`);
  const { bytes, inputs } = outputs[0]![1];
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = packageOf(path);
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  const sorted = [...sizes].map(([name, size]) => ({ name, bytes: size })).sort((a, b) => b.bytes - a.bytes);
  return { bytes, inputs: sorted };
}

/** @param path - Relative to the workspace. */
function packageOf(path: string): string {
  const installed = path.lastIndexOf('node_modules/');
  if (installed === -1)
    return path
      .split('/')
      .slice(0, path.startsWith('apps/') ? 3 : 2)
      .join('/');
  const [scope = '', name = ''] = path.slice(installed + 'node_modules/'.length).split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

const cloudOf: readonly (readonly [pattern: RegExp, cloud: string])[] = [
  [/^(@aws-sdk|@smithy|@aws)\/|^aws-|^adapters\/aws$/, 'aws'],
  [/^@azure\/|^@typespec\/|^adapters\/azure$/, 'azure'],
  [/^@google-cloud\/|^@googleapis\/|^google-|^googleapis|^gaxios$|^gcp-metadata$|^adapters\/gcp$/, 'gcp'],
  [/^adapters\/local$|^node:sqlite$/, 'local'],
];

/** Inputs that belong to another cloud than the bundle's: there may be none. */
export function foreignInputs({ inputs }: Bundle, cloud: string): readonly string[] {
  return inputs.flatMap(({ name }) => {
    const owner = cloudOf.find(([pattern]) => pattern.test(name))?.[1];
    return owner === undefined || owner === cloud ? [] : [`${name} (${owner})`];
  });
}
