import { hours, minutes } from '@portolan/kernel';
import { DelegationKeys, type FetchKey } from './delegation-keys.ts';

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

test('asks for one key, which outlives all that it signs within an hour', async () => {
  const { keys, asked } = counting();
  const urls = [0, 1, 2].map(() => keys.keyAt(now));
  expect((await Promise.all(urls)).map(({ value }) => value)).toEqual(['1', '1', '1']);
  expect(asked).toEqual([[now - minutes(15), now + hours(13) + minutes(1)]]);
  expect((await keys.keyAt(now + hours(1))).value).toBe('1');
  expect((await keys.keyAt(now + hours(1) + 1)).value).toBe('2');
});

test('asks again after a failure', async () => {
  let failing = true;
  const { keys } = counting(() => failing);
  await expect(keys.keyAt(now)).rejects.toThrow('not now');
  failing = false;
  expect((await keys.keyAt(now)).value).toBe('2');
});
