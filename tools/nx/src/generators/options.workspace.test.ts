import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import generateAdapter, { type AdapterOptions } from './adapter/generator.ts';
import generateDomain from './domain/generator.ts';

const root = join(import.meta.dirname, '../../../..');
const services = 'apps/local/src/services.ts';

/** The parts of a workspace that generators read. */
function workspace(): Tree {
  const tree = createTree();
  const manifest = (folder: string, name: string, more: object = {}) =>
    tree.write(`${folder}/package.json`, JSON.stringify({ name, ...more }));
  manifest('.', 'workspace', { workspaces: ['packages/*', 'adapters/*', 'apps/local', 'apps/*/*'] });
  manifest('packages/kernel', '@portolan/kernel', { devDependencies: { zod: '^4.0.0' } });
  manifest('packages/sales', '@portolan/sales');
  tree.write('packages/sales/src/index.ts', `export { sales } from './sales.ts';\n`);
  manifest('adapters/http', '@portolan/http');
  manifest('adapters/aws', '@portolan/aws', { devDependencies: { '@portolan/conformance': '*' } });
  manifest('apps/local', '@portolan/app-local', { dependencies: { '@portolan/scheduling': '*' } });
  tree.write(services, readFileSync(join(root, services), 'utf8'));
  tree.write('.prettierrc', readFileSync(join(root, '.prettierrc.json'), 'utf8'));
  return tree;
}

const written = (tree: Tree) => tree.listChanges().map(({ path }) => path);

describe('a domain', () => {
  test('is wired into the local platform: an import, an entry of the list, a dependency', async () => {
    const tree = workspace();
    await generateDomain(tree, { name: 'order-tracking' });
    await generateDomain(tree, { name: 'billing' });
    const text = tree.read(services, 'utf8')!;
    for (const [service, name] of [
      ['orderTracking', 'order-tracking'],
      ['billing', 'billing'],
    ]) {
      expect(text).toContain(`import { ${service} } from '@portolan/${name}';`);
      expect(text).toContain(`  root(${service}, { entries: localTable() }),\n`);
    }
    const { dependencies } = JSON.parse(tree.read('apps/local/package.json', 'utf8')!) as { dependencies: object };
    expect(Object.keys(dependencies)).toEqual([
      '@portolan/billing',
      '@portolan/order-tracking',
      '@portolan/scheduling',
    ]);
  });

  test('gets composition roots for the clouds that are asked for, and no others', async () => {
    const tree = workspace();
    await generateDomain(tree, { name: 'billing', clouds: ['gcp'] });
    expect(
      written(tree)
        .filter((path) => /^apps\/(?!local)/.test(path))
        .sort(),
    ).toEqual(
      ['main.test.ts', 'main.ts', 'package.json', 'tsconfig.json', 'tsconfig.test.json'].map(
        (file) => `apps/gcp/billing/${file}`,
      ),
    );
  });

  test.each([
    ['Billing', 'the name "Billing" must be 1 to 40 of a-z, 0-9 and "-", starting with a letter'],
    ['sales', 'there is a project "@portolan/sales" already, in packages/sales'],
    ['http', 'there is a project "@portolan/http" already, in adapters/http'],
    ['class', '"class" is a word of the language'],
    ['api', 'the generated package has a file "api.ts" itself'],
    ['local-table', '"localTable" is a word that the generated code uses itself'],
    ['lambda', '"lambda" is a word that the generated code uses itself'],
  ])('is refused under the name %s, and nothing is written', async (name, sentence) => {
    const tree = workspace();
    const before = written(tree);
    await expect(generateDomain(tree, { name })).rejects.toThrow(sentence);
    expect(written(tree)).toEqual(before);
  });

  test('is refused where the local platform has no list to add it to', async () => {
    const tree = workspace();
    tree.write(services, 'export const nothing = [];\n');
    await expect(generateDomain(tree, { name: 'billing' })).rejects.toThrow(`${services} has no localRoots`);
  });
});

describe('an adapter', () => {
  test('of every kind is in one package, exported from its index', async () => {
    const tree = workspace();
    for (const kind of ['table', 'queue'] as const) await generateAdapter(tree, { name: 'watched', kind });
    expect(tree.read('adapters/watched/src/index.ts', 'utf8')).toBe(
      `export { watchedTable, type WatchedTableOptions } from './watched-table.ts';\n` +
        `export { watchedQueue, type WatchedQueueOptions } from './watched-queue.ts';\n`,
    );
  });

  test('of one cloud lies in the package of that cloud, and binds nowhere else', async () => {
    const tree = workspace();
    await generateAdapter(tree, { name: 'dax', kind: 'table', cloud: 'aws' });
    expect(tree.read('adapters/aws/src/table/dax-table.ts', 'utf8')).toContain(`Adapter<'table', 'aws', Guarantees>`);
    expect(tree.read('adapters/aws/src/index.ts', 'utf8')).toContain(`from './table/dax-table.ts';`);
    expect(tree.exists('adapters/dax')).toBe(false);
  });

  test.each<[Partial<AdapterOptions>, string]>([
    [
      { kind: 'stream' as 'own' },
      'there is no kind "stream"; expected table, queue, topic, timer, objects, channel or own',
    ],
    [{ kind: 'own' }, 'an own port belongs to a domain; name it with --domain'],
    [{ kind: 'own', domain: 'lost' }, 'there is no domain "lost"'],
    [{ kind: 'own', domain: 'sales', cloud: 'aws' }, `an adapter of a domain's own port runs on every cloud`],
    [{ domain: 'sales' }, '--domain is for --kind=own'],
    [{ name: 'http' }, 'adapters/http exists, but is held against no suite'],
    [{ name: 'Redis' }, 'the name "Redis" must be'],
    [{ cloud: 'azure' }, 'there is no package adapters/azure'],
    [{ name: 'sales', kind: 'own', domain: 'sales' }, '"sales" is a word that the generated code uses itself'],
  ])('is refused with %j', async (options, sentence) => {
    const tree = workspace();
    const before = written(tree);
    await expect(generateAdapter(tree, { name: 'redis', kind: 'table', ...options })).rejects.toThrow(sentence);
    expect(written(tree)).toEqual(before);
  });
});
