import { execFileSync } from 'node:child_process';
import { appendFileSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchWorkspace, type ScratchWorkspace } from '../generators/testing/scratch-workspace.ts';

// Which deployables, on which cloud, a change touches: what decides what is deployed again. A second domain is there, so
// that what belongs to one domain can be told from what belongs to a cloud.
let scratch: ScratchWorkspace;
let apps: readonly string[];

beforeAll(() => {
  scratch = scratchWorkspace();
  scratch.run('nx', 'g', '@portolan/nx:domain', 'billing');
  scratch.link();
  apps = globSync('apps/{*,*/*}/package.json', { cwd: scratch.folder }).map((file) =>
    file.replace('/package.json', ''),
  );
});

afterAll(() => scratch[Symbol.dispose]());

/** Folders of the apps that Nx calls affected. */
function affectedApps(...how: readonly string[]): readonly string[] {
  const listed = scratch.run('nx', 'show', 'projects', '--affected', '--projects=tag:type:app', '--json', ...how);
  const names = JSON.parse(listed) as readonly string[];
  const nameOf = (app: string) =>
    (JSON.parse(readFileSync(join(scratch.folder, app, 'package.json'), 'utf8')) as { readonly name: string }).name;
  return apps.filter((app) => names.includes(nameOf(app))).sort();
}

const isFor = (part: string) => (app: string) => app.split('/').includes(part);

test.each<[touched: string, what: string, belongs: (app: string) => boolean]>([
  ['adapters/aws/src/index.ts', 'every app on AWS', isFor('aws')],
  ['adapters/azure/package.json', 'every app on Azure', isFor('azure')],
  ['adapters/gcp/package.json', 'every app on Google Cloud', isFor('gcp')],
  ['adapters/local/src/index.ts', 'the local platform', isFor('local')],
  ['adapters/http/src/index.ts', 'whatever serves HTTP: every app but the console', (app) => app !== 'apps/console'],
  [
    'adapters/webhook/src/index.ts',
    'the apps that send webhooks',
    (app) => isFor('scheduling')(app) || isFor('local')(app),
  ],
  [
    'packages/scheduling/src/scheduling.ts',
    'its deployables on every cloud, and what shows it',
    (app) => isFor('scheduling')(app) || isFor('local')(app) || isFor('console')(app),
  ],
  ['packages/billing/src/billing.ts', 'the apps of that domain', (app) => isFor('billing')(app) || isFor('local')(app)],
  ['apps/gcp/billing/main.ts', 'that app', (app) => app === 'apps/gcp/billing'],
  ['packages/kernel/src/index.ts', 'every app', () => true],
  ['tsconfig.base.json', 'every app', () => true],
  ['docs/ARCHITECTURE.md', 'no app', () => false],
])('a change of %s affects %s, and nothing else', (touched, _what, belongs) => {
  expect(affectedApps(`--files=${touched}`)).toEqual(apps.filter(belongs).sort());
});

test('what Git calls changed is what counts: a file that was edited since the last commit', () => {
  const git = (...args: readonly string[]) => execFileSync('git', [...identity, ...args], { cwd: scratch.folder });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=everything');
  expect(affectedApps('--base=HEAD')).toEqual([]);
  appendFileSync(join(scratch.folder, 'apps/azure/billing/main.ts'), '// changed\n');
  expect(affectedApps('--base=HEAD')).toEqual(['apps/azure/billing']);
});

const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
