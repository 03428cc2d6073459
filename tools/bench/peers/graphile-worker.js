/* eslint-disable @nx/enforce-module-boundaries -- what is imported here is installed in this folder, and not with the workspace */
import { Logger, makeWorkerUtils, run as runWorker } from 'graphile-worker';
import pg from 'pg';

/** @import { BenchTask, OpenSubject } from '../src/scheduling/subject/subject.ts' */

/** Jobs of one `addJobs`. */
const bulkSize = 1_000;
const silent = new Logger(() => (level, message) => {
  if (level === 'error') console.error(message);
});

/**
 * graphile-worker. Tuned: the settings of its page on performance with a larger local queue (measured: a third faster), and a
 * poll of 10 ms, since jobs in the future are found by polling alone.
 *
 * @see https://worker.graphile.org/docs/performance
 * @type {OpenSubject}
 */
export async function open({ connection, tuned }) {
  const pool = new pg.Pool({ connectionString: connection, max: tuned ? 25 : 10 });
  pool.on('error', (error) => console.error(error.message));
  const utils = await makeWorkerUtils({ pgPool: pool, logger: silent });
  await utils.migrate();
  /** @type {Awaited<ReturnType<typeof runWorker>> | undefined} */
  let runner;
  /** @param {BenchTask} task */
  const jobOf = ({ n, at }) => ({ identifier: 'run', payload: { n }, runAt: new Date(at) });
  return {
    async schedule(task) {
      const { identifier, payload, runAt } = jobOf(task);
      await utils.addJob(identifier, payload, { runAt });
    },
    async scheduleMany(tasks) {
      for (let start = 0; start < tasks.length; start += bulkSize)
        await utils.addJobs(tasks.slice(start, start + bulkSize).map(jobOf));
    },
    async work(run) {
      const worker = tuned
        ? {
            concurrentJobs: 24,
            maxPoolSize: 25,
            pollInterval: 10,
            localQueue: { size: 2_000 },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          }
        : {};
      runner = await runWorker({
        preset: { worker: { connectionString: connection, logger: silent, ...worker } },
        noHandleSignals: true,
        taskList: { run: async (payload) => run(payload.n) },
      });
    },
    async close() {
      await runner?.stop();
      await utils.release();
      await pool.end();
    },
  };
}
