/* eslint-disable @nx/enforce-module-boundaries -- what is imported here is installed in this folder, and not with the workspace */
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

/** @import { BenchTask, OpenSubject } from '../src/scheduling/subject/subject.ts' */

/** Jobs of one `addBulk`. */
const bulkSize = 1_000;

/**
 * BullMQ as its guide sets it up. A worker of default settings works on one job at a time; the tuned one on many, which is
 * the guide's advice for jobs that wait, and keeps no finished jobs.
 *
 * @type {OpenSubject}
 */
export async function open({ connection, tuned }) {
  const connect = () => new Redis(connection, { maxRetriesPerRequest: null });
  const clients = [connect()];
  const queue = new Queue('bench', {
    connection: clients[0],
    ...(tuned ? { defaultJobOptions: { removeOnComplete: true, removeOnFail: true } } : {}),
  });
  await queue.waitUntilReady();
  /** @type {Worker | undefined} */
  let worker;
  /** @param {BenchTask} task */
  const jobOf = ({ n, at }) => ({ name: 'run', data: { n }, opts: { delay: Math.max(0, at - Date.now()) } });
  return {
    async schedule(task) {
      const { name, data, opts } = jobOf(task);
      await queue.add(name, data, opts);
    },
    async scheduleMany(tasks) {
      for (let start = 0; start < tasks.length; start += bulkSize)
        await queue.addBulk(tasks.slice(start, start + bulkSize).map(jobOf));
    },
    async work(run) {
      clients.push(connect());
      worker = new Worker('bench', async ({ data }) => run(data.n), {
        connection: clients[1],
        ...(tuned ? { concurrency: 200 } : {}),
      });
      worker.on('error', (error) => console.error(error.message));
      await worker.waitUntilReady();
    },
    async close() {
      await worker?.close();
      await queue.close();
      for (const client of clients) client.disconnect();
    },
  };
}
