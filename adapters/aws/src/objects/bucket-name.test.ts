import { bucketName } from './bucket-name.ts';

const place = { accountId: '111122223333', region: 'eu-central-1' };

test('ends with the account and the region, since all accounts share the names of buckets', () => {
  const name = bucketName('pricing', 'archive', place, { PORTOLAN_STAGE: 'staging' });
  expect(name).toBe('staging-pricing-archive-111122223333-eu-central-1');
});

test('refuses a name that is too long for S3, and says what to do', () => {
  expect(bucketName('s'.repeat(20), 'p'.repeat(16), place, {})).toHaveLength(63);
  expect(() => bucketName('s'.repeat(20), 'p'.repeat(17), place, {})).toThrow(
    /has 64 characters; AWS takes 63: choose a shorter stage, service, port/,
  );
});
