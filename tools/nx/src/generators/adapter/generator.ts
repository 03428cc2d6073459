import { join } from 'node:path';
import { formatFiles, generateFiles, logger, readJson, type Tree } from '@nx/devkit';
import type { Cloud } from '../../placement.ts';
import { isPortKind, portKinds, type PortKind } from '../../port-kinds.ts';
import { checkForm, checkFree, GenerateError, identifierFor } from '../names.ts';
import { versionOf } from '../versions.ts';
import { addExport } from './add-export.ts';

export interface AdapterOptions {
  readonly name: string;
  readonly kind: PortKind | 'own';
  /** @default 'any' */
  readonly cloud?: Cloud;
  /** For `own`: the domain that gets the port. */
  readonly domain?: string;
}

const templates = join(import.meta.dirname, 'files');
const clouds = ['any', 'local', 'aws', 'azure', 'gcp'];

/**
 * `nx g @portolan/nx:adapter watched --kind=table`: an adapter that passes its suite from the start, around one that there is,
 * so that each step from it to one of your own is seen by the suite.
 *
 * @throws {GenerateError} for a name that is malformed or taken, and for options that do not go together.
 */
export default async function generateAdapter(tree: Tree, options: AdapterOptions): Promise<() => void> {
  checkForm(options.name);
  const made = options.kind === 'own' ? generateOwn(tree, options) : generateWrapping(tree, options);
  await formatFiles(tree);
  return () => logger.info(`\nNext:\n${made.next.map((line) => `  ${line}`).join('\n')}\n`);
}

interface Made {
  readonly next: readonly string[];
}

const linking = 'npm install          links a new workspace and notes it in the lockfile';

/** An adapter of a port kind, around any other of the kind. */
function generateWrapping(tree: Tree, { name, kind, cloud = 'any', domain }: AdapterOptions): Made {
  if (!isPortKind(kind)) throw new GenerateError(`there is no kind "${kind}"; expected ${portKinds.join(', ')} or own`);
  if (!clouds.includes(cloud)) throw new GenerateError(`there is no cloud "${cloud}"; expected ${clouds.join(', ')}`);
  if (domain !== undefined)
    throw new GenerateError(`--domain is for --kind=own; a ${kind} adapter serves every domain`);
  const project = `adapters/${cloud === 'any' ? name : cloud}`;
  const folder = cloud === 'any' ? `${project}/src` : `${project}/src/${kind}`;
  const file = `${name}-${kind}`;
  checkFree(tree, [], [`${folder}/${file}.ts`]);
  if (cloud === 'any') openPackage(tree, name);
  else if (!tree.exists(`${project}/package.json`)) throw new GenerateError(`there is no package ${project}`);
  const factory = identifierFor(file, []);
  const type = capitalised(factory);
  generateFiles(tree, join(templates, kind), folder, { factory, type, file, cloud });
  const from = `./${cloud === 'any' ? '' : `${kind}/`}${file}.ts`;
  addExport(tree, `${project}/src/index.ts`, `export { ${factory}, type ${type}Options } from '${from}';`);
  return {
    next: [
      ...(cloud === 'any' ? [linking] : []),
      `npm test -- --lane unit,conformance ${folder}/${file}`,
      `${factory}(...) goes around any ${kind} adapter in a composition root`,
    ],
  };
}

/** The package that a name has for adapters of every cloud: a new one, or the one that holds its other kinds. */
function openPackage(tree: Tree, name: string): void {
  const manifest = `adapters/${name}/package.json`;
  if (tree.exists(manifest)) {
    const { devDependencies = {} } = readJson<{ readonly devDependencies?: Readonly<Record<string, string>> }>(
      tree,
      manifest,
    );
    if ('@portolan/conformance' in devDependencies) return;
    throw new GenerateError(`adapters/${name} exists, but is held against no suite; choose another name`);
  }
  writePackage(
    tree,
    name,
    `Adapters of port kinds: ${name}.`,
    {},
    { '@portolan/conformance': '*', zod: versionOf(tree, 'zod') },
  );
}

function writePackage(
  tree: Tree,
  name: string,
  description: string,
  more: Readonly<Record<string, string>>,
  devDependencies: Readonly<Record<string, string>>,
): void {
  checkFree(tree, [`@portolan/${name}`], [`adapters/${name}`]);
  const dependencies = { '@portolan/composition': '*', '@portolan/kernel': '*', ...more };
  const values = { name, description, dependencies, devDependencies };
  generateFiles(tree, join(templates, 'package'), `adapters/${name}`, values);
}

/** A port of a domain's own, and an adapter that asks a service for it. */
function generateOwn(tree: Tree, { name, cloud = 'any', domain }: AdapterOptions): Made {
  if (domain === undefined) throw new GenerateError('an own port belongs to a domain; name it with --domain');
  if (cloud !== 'any') {
    throw new GenerateError(`an adapter of a domain's own port runs on every cloud; leave --cloud=${cloud} out`);
  }
  const index = `packages/${domain}/src/index.ts`;
  if (!tree.exists(index)) throw new GenerateError(`there is no domain "${domain}": ${index} is missing`);
  checkFree(tree, [], [`packages/${domain}/src/${name}.ts`]);
  const service = identifierFor(name, [tree.read(index, 'utf8') ?? '']);
  const type = capitalised(service);
  const factory = `http${type}`;
  const optionsType = `Http${type}Options`;
  const values = { name, service, type, factory, optionsType, domain };
  writePackage(tree, name, `The ${domain} domain's ${name}, asked over HTTP.`, { [`@portolan/${domain}`]: '*' }, {});
  generateFiles(tree, join(templates, 'own/domain'), `packages/${domain}/src`, values);
  generateFiles(tree, join(templates, 'own/adapter'), `adapters/${name}/src`, values);
  addExport(tree, index, `export { ${service}, ${type}Entry, type ${type}, type ${type}Answer } from './${name}.ts';`);
  addExport(
    tree,
    `adapters/${name}/src/index.ts`,
    `export { ${factory}, type ${optionsType} } from './http-${name}.ts';`,
  );
  return {
    next: [
      linking,
      `npm test -- --lane e2e adapters/${name}`,
      `list the port in the service of ${domain}, name its right (${service}.use) where a function needs it, and bind ${factory}({ baseUrl }) in each composition root`,
    ],
  };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
