import { checkBindings, CompositionError } from '@portolan/composition';
import { gibibytes, objects, service, usageOf, http } from '@portolan/kernel';
import { s3Client } from '../testing/s3/objects-wiring.ts';
import { mebibytes, stage } from '../testing/s3/stage.ts';
import { s3Statements } from './rights.ts';
import { s3Objects } from './s3-objects.ts';

test('refuses a port of larger objects than a function can send where it is composed', () => {
  const bind = (maxObjectBytes: number) => {
    const files = objects('files', { maxObjectBytes });
    return checkBindings(service('s', { files }, {}), { files: s3Objects() }, 'aws');
  };
  expect(() => bind(gibibytes(5_120))).not.toThrow();
  expect(() => bind(gibibytes(5_120) + 1)).toThrow(CompositionError);
});

test('lists more than one page of S3', async () => {
  await using here = await stage();
  const none = { ifMatch: undefined, ifNoneMatch: undefined };
  const keys = Array.from({ length: 2_300 }, (_, n) => `k${String(n).padStart(4, '0')}`);
  for (const key of keys) here.store.put(key, new Uint8Array(), { contentType: '', metadata: {} }, none, 0);
  const pages: number[] = [];
  const found: string[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await here.objects.list(cursor === undefined ? {} : { cursor });
    pages.push(page.items.length);
    found.push(...page.items.map(({ key }) => key));
    cursor = page.cursor;
  }
  expect(pages).toEqual([1_000, 1_000, 300]);
  expect(found).toEqual(keys);
});

test('asks for the account where nobody told it, and says what to do', async () => {
  const s3 = s3Client({ port: 1 });
  s3.config.credentials = async () => ({ accessKeyId: 'test', secretAccessKey: 'test' });
  await using here = await stage();
  const open = (options: Parameters<typeof s3Objects>[0]) =>
    s3Objects(options).open(
      { service: 's', port: objects('files'), environment: here.environment, parts: {} },
      ...([s3, undefined] as never[]),
    );
  await expect((await open({})).head('a')).rejects.toThrow(
    'objects "files": the account is not known; set AWS_ACCOUNT_ID, or give s3Objects the bucket',
  );
  expect(await (await open({ bucket: 'given' })).readUrl('a', { expiresInMs: 1_000 })).toContain('/given/a?');
  s3.destroy();
});

const files = objects('files');
const grants = { read: files.read, write: files.write, readWrite: files.readWrite } as const;

test.each(['read', 'write', 'readWrite'] as const)(
  'lets a function that may %s do what it may, and no more',
  async (right) => {
    await using here = await stage();
    await here.objects.put('a', mebibytes(1));
    here.double.needed.clear();
    const { objects: place } = here;
    const failing = async function* () {
      yield* mebibytes(20);
      throw new Error('half way');
    };
    const uses: Readonly<Record<string, () => Promise<unknown>>> = {
      get: () => place.get('a', { range: { from: 1 } }),
      head: () => place.head('a'),
      list: () => place.list(),
      put: async () => {
        await place.put('b', mebibytes(1), { condition: 'absent' });
        await place.put('b', mebibytes(20), { condition: { tag: 'other' } });
        await place.put('b', failing()).catch(() => undefined);
      },
      copy: () => place.copy('a', 'c'),
      delete: () => place.delete('a'),
    };
    for (const method of grants[right].methods) await uses[method]!();
    const allowed = s3Statements('arn:aws:s3:::b', grants[right].methods).flatMap(({ Action }) => Action);
    // S3 asks for the right to list before it says that something is not there.
    const needed = new Set([...here.double.needed].map((name) => `s3:${name}`)).add('s3:ListBucket');
    expect([...needed].sort()).toEqual([...allowed].sort());
  },
);

test('tells the rights of what a service declares, on objects and on the bucket', () => {
  const reader = http('/x', {}, { files: files.read, links: files.shareWriting }, {});
  const { uses } = usageOf(service('s', { files }, { reader })).functions[0]!;
  expect(s3Statements('arn:aws:s3:::b', uses.flatMap(({ methods }) => methods))).toEqual([
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::b/*' },
    { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: 'arn:aws:s3:::b' },
  ]); // prettier-ignore
  expect(s3Statements('arn:aws:s3:::b', files.shareWriting.methods)).toHaveLength(1);
});
