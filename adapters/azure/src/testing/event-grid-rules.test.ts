import type { AdvancedFilter } from '../topic/resources.ts';
import { fateOf, maxPublishBytes, passes, readPublished } from './event-grid-rules.ts';

const event = { specversion: '1.0', id: '1', source: '/s', type: 't', data: { type: 'Made', deep: { n: 'x' } } };
const request = {
  apiVersion: '2018-01-01',
  contentType: 'application/cloudevents-batch+json; charset=utf-8',
  key: 'k',
  body: Buffer.from(JSON.stringify([event])),
};
const refusedWith = (change: Partial<typeof request>): number | undefined => {
  const read = readPublished({ ...request, ...change }, 'k');
  return 'status' in read ? read.status : undefined;
};
const bodyOf = (value: unknown) => ({ body: Buffer.from(JSON.stringify(value)) });

test('takes a batch of CloudEvents with the right key, and nothing else', () => {
  expect(readPublished(request, 'k')).toEqual([event]);
  expect(refusedWith({ key: 'other' })).toBe(401);
  expect(refusedWith({ apiVersion: '1999-01-01' })).toBe(400);
  expect(refusedWith({ contentType: 'application/json' })).toBe(415);
  expect(refusedWith(bodyOf(event))).toBe(400);
  expect(refusedWith(bodyOf([{ ...event, specversion: '0.3' }]))).toBe(400);
  expect(refusedWith(bodyOf([{ ...event, source: '' }]))).toBe(400);
  expect(refusedWith(bodyOf([{ ...event, 'correlation-id': 'x' }]))).toBe(400);
});

test('takes 1 MiB, and no byte more', () => {
  const room = maxPublishBytes - JSON.stringify([{ ...event, data: '' }]).length;
  expect(refusedWith(bodyOf([{ ...event, data: 'x'.repeat(room) }]))).toBeUndefined();
  expect(refusedWith(bodyOf([{ ...event, data: 'x'.repeat(room + 1) }]))).toBe(413);
});

test('matches strings without regard to case, every filter, at any depth', () => {
  const filter = (key: string, ...values: string[]) => ({ operatorType: 'StringIn' as const, key, values });
  const passing = (...advancedFilters: AdvancedFilter[]): boolean => passes({ advancedFilters }, event);
  expect(passing()).toBe(true);
  expect(passing(filter('data.type', 'sold', 'MADE'))).toBe(true);
  expect(passing(filter('data.deep.n', 'x'), filter('data.type', 'made'))).toBe(true);
  expect(passing(filter('data.type', 'made'), filter('data.type', 'sold'))).toBe(false);
  expect(passing(filter('data.nothing', 'made'))).toBe(false);
  const not = (key: string, ...values: string[]) => ({ operatorType: 'StringNotIn' as const, key, values });
  expect([passing(not('data.type', 'made')), passing(not('data.type', 'x')), passing(not('data.no', 'x'))]).toEqual([
    false,
    true,
    true,
  ]);
});

test('matches types, and the beginning of subjects with or without regard to case', () => {
  const told = { ...event, subject: '/blobs/In/a' };
  const advancedFilters: AdvancedFilter[] = [];
  expect(passes({ includedEventTypes: ['t'], subjectBeginsWith: '/blobs/in/', advancedFilters }, told)).toBe(true);
  expect(passes({ includedEventTypes: ['u'], advancedFilters }, told)).toBe(false);
  const isSubjectCaseSensitive = true;
  expect(passes({ subjectBeginsWith: '/blobs/In/', isSubjectCaseSensitive, advancedFilters }, told)).toBe(true);
  expect(passes({ subjectBeginsWith: '/blobs/in/', isSubjectCaseSensitive, advancedFilters }, told)).toBe(false);
  expect(passes({ subjectBeginsWith: '/blobs/', advancedFilters }, event)).toBe(false);
});

test('tries again by the schedule of Event Grid, and gives up after a day, 30 attempts or an answer that says so', () => {
  const policy = { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1_440 };
  const waits = Array.from({ length: 11 }, (_, n) => fateOf(n + 1, 0, 500, policy)).map((fate) =>
    fate.kind === 'retry' ? fate.afterMs / 1_000 : fate.reason,
  );
  expect(waits).toEqual([10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 43_200]);
  expect(fateOf(1, 0, undefined, policy).kind).toBe('retry');
  expect(fateOf(30, 0, 500, policy)).toEqual({ kind: 'dead', reason: 'MaxDeliveryAttemptsExceeded' });
  expect(fateOf(10, 80_000_000, 500, policy)).toEqual({ kind: 'dead', reason: 'TimeToLiveExceeded' });
  for (const status of [400, 401, 403, 413]) expect(fateOf(1, 0, status, policy).kind).toBe('dead');
});
