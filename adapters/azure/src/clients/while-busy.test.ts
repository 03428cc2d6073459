import { RestError } from '@azure/storage-blob';
import { whileBusy } from './while-busy.ts';

const busy = new RestError('busy', { statusCode: 503, code: 'ServerBusy' });

async function asked(failures: readonly Error[]) {
  const waits: number[] = [];
  let times = 0;
  const outcome = await whileBusy(
    async () => {
      const failure = failures[times++];
      if (failure !== undefined) throw failure;
      return 'done';
    },
    async (ms) => void waits.push(ms),
  ).catch((error: unknown) => error);
  return { outcome, times, waits };
}

test('asks again while the service is too busy, five times in all, with waits that grow', async () => {
  expect(await asked([busy, busy])).toMatchObject({ outcome: 'done', times: 3 });
  const { outcome, times, waits } = await asked(Array.from({ length: 9 }, () => busy));
  expect([outcome, times]).toEqual([busy, 5]);
  expect(waits.every((ms, index) => ms <= 100 * 2 ** index)).toBe(true);
  expect(waits).toHaveLength(4);
});

test.each([
  ['does not say why it is not there', new RestError('no', { statusCode: 503 })],
  ['took too long, and may have done it', new RestError('no', { statusCode: 500, code: 'OperationTimedOut' })],
  ['broke off', new RestError('no', { code: 'ECONNRESET' })],
])('asks once where the service %s', async (_what, failure) => {
  expect(await asked([failure])).toEqual({ outcome: failure, times: 1, waits: [] });
});
