import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { withCallers } from '../../measure/callers.ts';
import { quantile } from '../../report/statistics.ts';

/** What the thread that makes HTTP load is told. */
export interface HttpLoad {
  readonly url: string;
  readonly count: number;
  readonly warmUp: number;
  readonly connections: number;
}

const { url, count, warmUp, connections } = workerData as HttpLoad;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const dayMs = 86_400_000;

function create(n: number): Promise<void> {
  const at = Date.now() + dayMs + Math.floor(Math.random() * 10 * dayMs);
  const target = { kind: 'webhook', url: 'https://receiver.example/hook' };
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 201 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end(JSON.stringify({ at, target, payload: { n } }));
  });
}

await withCallers(connections, warmUp, create);
const waits = new Float64Array(count);
const began = performance.now();
await withCallers(connections, count, async (n) => {
  const asked = performance.now();
  await create(n);
  waits[n] = performance.now() - asked;
});
const tookMs = performance.now() - began;
agent.destroy();
parentPort!.postMessage({
  perSecond: (count * 1_000) / tookMs,
  p50Ms: quantile(waits, 0.5),
  p99Ms: quantile(waits, 0.99),
});
