import { clientSettings } from './settings.ts';

test('retries in standard mode with 5 attempts, unless the environment says otherwise', () => {
  expect(clientSettings({})).toMatchObject({ retryMode: 'standard', maxAttempts: 5 });
  const told = clientSettings({ AWS_MAX_ATTEMPTS: '2', AWS_RETRY_MODE: 'adaptive' });
  expect(told).not.toHaveProperty('maxAttempts');
  expect(told).not.toHaveProperty('retryMode');
});
