import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostSettingsIn } from './host-settings.ts';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'portolan-app-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const read = (json: object) => {
  writeFileSync(join(directory, 'host.json'), JSON.stringify(json));
  return hostSettingsIn(directory);
};

test('has the defaults of the host', () => {
  const queues = { batchSize: 16, maxDequeueCount: 5, visibilityTimeout: 0 };
  expect(read({ version: '2.0' })).toEqual({ routePrefix: 'api', queues });
});

test('reads what an app sets', () => {
  const queues = { batchSize: 4, maxDequeueCount: 2, visibilityTimeout: '01:02:03' };
  expect(read({ version: '2.0', extensions: { http: { routePrefix: '' }, queues } })).toEqual({
    routePrefix: '',
    queues: { batchSize: 4, maxDequeueCount: 2, visibilityTimeout: 3_723 },
  });
});

test('takes no app without a host.json of its version, nor one whose messages it cannot read', () => {
  expect(() => hostSettingsIn(directory)).toThrow('ENOENT');
  expect(() => read({})).toThrow('must have the version "2.0"');
  const extensions = { queues: { messageEncoding: 'none' } };
  expect(() => read({ version: '2.0', extensions })).toThrow('not in "none"');
});
