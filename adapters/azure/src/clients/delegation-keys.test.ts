import { days, hours, minutes } from '@portolan/kernel';
import { DelegationKeys, maxDelegatedMs, type FetchKey } from './delegation-keys.ts';

/** Keys that count how often one was asked for, and for which time. */
function counting(fail: () => boolean = () => false) {
  const asked: (readonly [from: number, to: number])[] = [];
  const fetch: FetchKey = async (from, to) => {
    asked.push([from.getTime(), to.getTime()]);
    if (fail()) throw new Error('not now');
    return {
      signedObjectId: 'o',
      signedTenantId: 't',
      signedStartsOn: from,
      signedExpiresOn: to,
      signedService: 'b',
      signedVersion: '2026-02-06',
      value: String(asked.length),
    };
  };
  return { keys: new DelegationKeys(fetch), asked };
}
const now = Date.UTC(2026, 10, 20);

test('asks for one key, which holds as long as may be, and signs with it for an hour', async () => {
  const { keys, asked } = counting();
  const urls = [minutes(1), days(3), hours(1)].map((lifeMs) => keys.keyFor(now + lifeMs, now));
  expect((await Promise.all(urls)).map(({ value }) => value)).toEqual(['1', '1', '1']);
  expect(asked).toEqual([[now - minutes(15), now + maxDelegatedMs]]);
  expect((await keys.keyFor(now + hours(2), now + hours(1))).value).toBe('1');
  expect((await keys.keyFor(now + hours(2), now + hours(1) + 1)).value).toBe('2');
});

test('asks for another where a URL would outlive the one it has', async () => {
  const { keys } = counting();
  await keys.keyFor(now + minutes(1), now);
  const later = now + minutes(5);
  expect((await keys.keyFor(later + maxDelegatedMs, later)).value).toBe('2');
});

test('asks again after a failure', async () => {
  let failing = true;
  const { keys } = counting(() => failing);
  await expect(keys.keyFor(now + 1, now)).rejects.toThrow('not now');
  failing = false;
  expect((await keys.keyFor(now + 1, now)).value).toBe('2');
});
