import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../../', import.meta.url);

/** How a script of the workspace starts Node. */
export interface NpmScript {
  readonly flags: readonly string[];
  /** Path of the module. */
  readonly entry: string;
}

/** What people run is what is measured: the script in package.json. @throws {Error} unless it runs a module by Node. */
export function npmScript(name: string): NpmScript {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const [node, ...words] = scripts[name]?.split(' ') ?? [];
  const flags = words.slice(0, -1);
  const entry = words.at(-1);
  if (node !== 'node' || entry === undefined || !flags.every((flag) => flag.startsWith('--')))
    throw new Error(`script "${name}" is ${JSON.stringify(scripts[name])}; expected node, flags and a module`);
  return { flags, entry: fileURLToPath(new URL(entry, root)) };
}
