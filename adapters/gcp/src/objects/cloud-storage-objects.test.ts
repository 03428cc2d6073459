import { checkBindings, compose } from '@portolan/composition';
import { objects, on, service, type Objects } from '@portolan/kernel';
import { nodeEnvironment, systemAlarm } from '@portolan/node';
import {
  cloudStorageObjects,
  maxStorageObjectBytes,
  type CloudStorageObjectsOptions,
} from './cloud-storage-objects.ts';

function composed(maxObjectBytes: number, options: CloudStorageObjectsOptions = {}) {
  const files = objects('files', { maxObjectBytes });
  const environment = nodeEnvironment(systemAlarm());
  return compose(service('media', { files }, {}), 'gcp', { files: cloudStorageObjects(options) }, { environment });
}

const before = process.env['GOOGLE_CLOUD_PROJECT'];
beforeAll(() => void (process.env['GOOGLE_CLOUD_PROJECT'] = 'my-project-1'));
afterAll(() => {
  if (before === undefined) delete process.env['GOOGLE_CLOUD_PROJECT'];
  else process.env['GOOGLE_CLOUD_PROJECT'] = before;
});

test('takes objects of 5 TiB, and refuses a port that asks for a byte more', () => {
  expect(() => composed(maxStorageObjectBytes)).not.toThrow();
  expect(() => composed(maxStorageObjectBytes + 1)).toThrow(
    /port "files" asks for maxObjectBytes of 5497558138881 bytes, but cloudStorageObjects allows 5497558138880 bytes; cut/,
  );
});

test('keeps dead letters in a table where a function listens, and declares none where nobody does', () => {
  const files = objects('files');
  const bound = { files: cloudStorageObjects() };
  const listening = service('media', { files }, { noted: on(files, {}, async () => {}) });
  expect([...checkBindings(listening, bound, 'gcp').keys()]).toEqual(['files', 'files-dead']);
  expect([...checkBindings(service('media', { files }, {}), bound, 'gcp').keys()]).toEqual(['files']);
});

test('refuses chunks that Cloud Storage does not take, and a bucket that cannot be', async () => {
  const opened = async (options: CloudStorageObjectsOptions) =>
    (await composed(1, options).contracts(['files']))['files'] as Objects;
  for (const chunkBytes of [0, 100_000, 262_143, 300_000, 262_144.5])
    await expect(opened({ chunkBytes })).rejects.toThrow(`chunkBytes must be a multiple of 262144, not ${chunkBytes}`);
  await expect(opened({ bucket: 'No Bucket' })).rejects.toThrow('"No Bucket" is no name for a bucket');
  const files = await opened({ chunkBytes: 524_288, bucket: 'my-own' });
  await expect(files.get('a/')).rejects.toMatchObject({ code: 'invalid' });
});
