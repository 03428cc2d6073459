import { apiBase, functionUrl, invoker, projectId, region } from './settings.ts';

test('reads project, region, function and service account from the environment', () => {
  expect(projectId({ GOOGLE_CLOUD_PROJECT: 'my-project-1' })).toBe('my-project-1');
  expect(projectId({ GOOGLE_CLOUD_PROJECT: 'example.com:my-project' })).toBe('example.com:my-project');
  expect(region({ GOOGLE_CLOUD_REGION: 'europe-west12' })).toBe('europe-west12');
  expect(invoker({ PORTOLAN_INVOKER: 'caller@p.iam.gserviceaccount.com' })).toBe('caller@p.iam.gserviceaccount.com');
  expect(invoker({})).toBeUndefined();
});

test('finds the function of a port, or the one that serves all', () => {
  const env = { PORTOLAN_URL_WAKE_UPS: 'https://wake.example', PORTOLAN_URL: 'https://all.example/x' };
  expect(functionUrl('wake-ups', env)).toBe('https://wake.example');
  expect(functionUrl('jobs', env)).toBe('https://all.example/x');
});

test('goes to an emulator where one is named', () => {
  const base = (value?: string) =>
    apiBase('X_HOST', 'x.googleapis.com', 'v1', value === undefined ? {} : { X_HOST: value });
  expect(base()).toBe('https://x.googleapis.com/v1/');
  expect(base('')).toBe('https://x.googleapis.com/v1/');
  expect(base('localhost:8080')).toBe('http://localhost:8080/v1/');
  expect(base('[::1]:8080')).toBe('http://[::1]:8080/v1/');
});

test.each([
  ['GOOGLE_CLOUD_PROJECT', () => projectId({})],
  ['GOOGLE_CLOUD_PROJECT', () => projectId({ GOOGLE_CLOUD_PROJECT: 'No/Project' })],
  ['GOOGLE_CLOUD_REGION', () => region({ GOOGLE_CLOUD_REGION: 'europe' })],
  ['PORTOLAN_URL_JOBS or PORTOLAN_URL', () => functionUrl('jobs', {})],
  ['PORTOLAN_URL_JOBS or PORTOLAN_URL', () => functionUrl('jobs', { PORTOLAN_URL: 'ftp://x' })],
  ['PORTOLAN_INVOKER', () => invoker({ PORTOLAN_INVOKER: 'nobody' })],
  ['X_HOST', () => apiBase('X_HOST', 'x', 'v1', { X_HOST: 'http://localhost:8080' })],
])('names %s where it is missing or malformed', (name, read) => {
  expect(read).toThrow(expect.objectContaining({ code: 'invalid', message: expect.stringContaining(name) }));
});
