import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatFiles, generateFiles, logger, type Tree } from '@nx/devkit';
import type { Cloud } from '../../placement.ts';
import { checkForm, checkFree, GenerateError, identifierFor } from '../names.ts';
import { versionOf } from '../versions.ts';
import { addToLocal, localRoots } from './local-root.ts';

export interface DomainOptions {
  readonly name: string;
  /** @default every cloud */
  readonly clouds?: readonly Deployed[];
}

type Deployed = Exclude<Cloud, 'local' | 'any'>;

/** What a composition root of each cloud is made of. */
const roots: Readonly<Record<Deployed, Readonly<Record<'cloudTitle' | 'host' | 'table', string>>>> = {
  aws: { cloudTitle: 'AWS', host: 'lambda', table: 'dynamodbTable' },
  azure: { cloudTitle: 'Azure', host: 'azureFunctions', table: 'tableStorageTable' },
  gcp: { cloudTitle: 'Google Cloud', host: 'cloudFunctions', table: 'firestoreTable' },
};

const templates = join(import.meta.dirname, 'files');

/**
 * `nx g @portolan/nx:domain billing`: a domain that works, tested without a cloud, with a composition root for each place.
 *
 * @throws {GenerateError} for a name that is malformed, taken, or a word of the language or of the generated code.
 */
export default async function generateDomain(tree: Tree, options: DomainOptions): Promise<() => void> {
  const { name, clouds = Object.keys(roots) as Deployed[] } = options;
  checkForm(name);
  const unknown = clouds.find((cloud) => !Object.hasOwn(roots, cloud));
  if (unknown !== undefined) {
    throw new GenerateError(`there is no cloud "${unknown}"; expected ${Object.keys(roots).join(', ')}`);
  }
  const projects = [`@portolan/${name}`, ...clouds.map((cloud) => `${cloud}-${name}`)];
  checkFree(tree, projects, [`packages/${name}`, ...clouds.map((cloud) => `apps/${cloud}/${name}`)]);
  const values = { name, service: serviceNamed(tree, name), zod: versionOf(tree, 'zod') };
  generateFiles(tree, join(templates, 'package'), `packages/${name}`, values);
  for (const cloud of clouds) {
    const parts = roots[cloud];
    const imports = [parts.host, parts.table].sort().join(', ');
    for (const folder of ['app', cloud]) {
      generateFiles(tree, join(templates, folder), `apps/${cloud}/${name}`, { ...values, ...parts, cloud, imports });
    }
  }
  addToLocal(tree, name, values.service);
  await formatFiles(tree);
  return () => {
    logger.info(`
Next:
  npm install                              links the new workspaces and notes them in the lockfile
  npx nx run-many -t typecheck test build -p '${projects.join(',')}'
  npm start                                serves it at /${name}/v1; its operations are listed at /docs
`);
  };
}

/** The service's name in code, which must be none that the code around it uses, nor the name of one of its files. */
function serviceNamed(tree: Tree, name: string): string {
  const files = globSync('**/*.ts.template', { cwd: templates });
  if (files.some((file) => basename(file) === `${name}.ts.template`)) {
    throw new GenerateError(`the generated package has a file "${name}.ts" itself; choose another name`);
  }
  // What is put in is no part of the code yet.
  const texts = files.map((file) => readFileSync(join(templates, file), 'utf8').replaceAll(/<%.*?%>/g, ' '));
  const hosts = Object.values(roots).map(({ host, table }) => `${host} ${table}`);
  return identifierFor(name, [...texts, ...hosts, tree.read(localRoots, 'utf8') ?? '']);
}
