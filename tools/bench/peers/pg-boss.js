/* eslint-disable @nx/enforce-module-boundaries -- what is imported here is installed in this folder, and not with the workspace */
import { PgBoss } from 'pg-boss';

/** @import { BenchTask, OpenSubject } from '../src/scheduling/subject/subject.ts' */

/** Jobs of one `insert`. */
const bulkSize = 1_000;
const queue = 'bench';

/**
 * pg-boss. Tuned: the shortest poll it allows, large batches that are followed at once by the next while they come full,
 * several workers, more connections.
 *
 * @type {OpenSubject}
 */
export async function open({ connection, tuned }) {
  const boss = new PgBoss({ connectionString: connection, ...(tuned ? { max: 25 } : {}) });
  boss.on('error', (error) => console.error(error.message));
  await boss.start();
  await boss.createQueue(queue);
  return {
    async schedule({ n, at }) {
      await boss.send(queue, { n }, { startAfter: new Date(at) });
    },
    async scheduleMany(tasks) {
      for (let start = 0; start < tasks.length; start += bulkSize) {
        const jobs = tasks.slice(start, start + bulkSize);
        await boss.insert(
          queue,
          jobs.map(({ n, at }) => ({ data: { n }, startAfter: new Date(at) })),
        );
      }
    },
    async work(run) {
      const options = tuned
        ? { pollingIntervalSeconds: 0.5, batchSize: 5_000, burstWhenBatchFull: true, localConcurrency: 2 }
        : {};
      await boss.work(queue, options, async (jobs) => {
        for (const { data } of jobs) run(data.n);
      });
    },
    async close() {
      await boss.stop({ graceful: true, timeout: 5_000 });
    },
  };
}
