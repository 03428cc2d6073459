import { table, type Schema } from '@portolan/kernel';
import { nodeEnvironment } from '@portolan/node';
import { VirtualAlarm } from '@portolan/node/testing';
import { Refusal, serveRest, type RestRequest } from '../testing/rest-server.ts';
import { restOf } from '../testing/table-harness.ts';
import { Collection } from './collection.ts';
import { FirestoreItems } from './firestore-items.ts';

interface Thing {
  readonly id: string;
}
const anything: Schema<Thing> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Thing }) },
};
const things = table('things', { item: anything, key: ['id'] });
const updateTime = '2026-01-01T00:00:00.000001Z';

/** A table over an API that answers as given. */
async function over(answer: (request: RestRequest) => unknown): Promise<FirestoreItems> {
  const port = await serveRest(answer);
  const collection = new Collection(restOf(port, 'v1'), 'projects/p/databases/(default)', 'things');
  return new FirestoreItems(things, collection, nodeEnvironment(new VirtualAlarm()));
}

test('writes one by one what a batch left undone, and tells of what is refused for good', async () => {
  const commits: number[] = [];
  const subject = await over(({ path, body }) => {
    if (path.endsWith(':batchWrite')) {
      const status = [
        {},
        { code: 8, message: 'slower' },
        { code: 10, message: 'contention' },
        { code: 7, message: 'no' },
      ];
      return { writeResults: status.map(() => ({ updateTime })), status };
    }
    commits.push(body.writes.length);
    if (commits.length === 3) throw new Refusal(403, 'PERMISSION_DENIED', 'no');
    return { writeResults: [{ updateTime }], commitTime: updateTime };
  });
  const results = await subject.writeMany(['a', 'b', 'c', 'd'].map((id) => ({ put: { id } })));
  expect(results.map(({ kind }) => kind).sort()).toEqual(['failed', 'written', 'written', 'written']);
  expect(results.find(({ kind }) => kind === 'failed')).toMatchObject({ error: { code: 'unauthorized' } });
  expect(commits).toEqual([1, 1, 1]);
});

test('tells what an engine refuses in the words of the ports', async () => {
  const subject = await over(() => {
    throw new Refusal(403, 'PERMISSION_DENIED', 'Missing or insufficient permissions.');
  });
  await expect(subject.get({ id: 'a' })).rejects.toMatchObject({
    code: 'unauthorized',
    message: 'table "things": get: Missing or insufficient permissions.',
    cause: { status: 'PERMISSION_DENIED' },
  });
});

test('tells data that it has not written itself as corrupted', async () => {
  const data = { mapValue: { fields: { json: { stringValue: '{' } } } };
  const subject = await over(({ body }) => [{ found: { name: body.documents[0], fields: { data }, updateTime } }]);
  await expect(subject.get({ id: 'a' })).rejects.toMatchObject({ code: 'corrupted' });
});

test('begins no new request once one has failed, and is still until those under way have ended', async () => {
  const asked: number[] = [];
  let underWay = 0;
  const subject = await over(async () => {
    asked.push(asked.length);
    underWay++;
    const fails = asked.length === 1;
    if (!fails) await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    if (fails) throw new Refusal(403, 'PERMISSION_DENIED', 'no');
    return [];
  });
  const keys = Array.from({ length: 1_000 }, (_, n) => ({ id: `${n}` }));
  await expect(subject.getMany(keys)).rejects.toMatchObject({ code: 'unauthorized' });
  const begun = asked.length;
  expect([begun <= 5, underWay]).toEqual([true, 0]);
  await expect(subject.get({ id: 'a' })).resolves.toBeUndefined();
  expect(asked).toHaveLength(begun + 1);
});
