import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { httpApi } from '@portolan/http';
import { nodeServer } from '@portolan/http/node';
import { silentLog } from '@portolan/kernel';
import { scheduling } from '@portolan/scheduling';
import type { Figures } from '../../measure/figures.ts';
import type { Portolan } from '../subject/portolan.ts';
import type { HttpLoad } from './http-load.ts';

/** How many tasks a second are accepted over HTTP on loopback, from connections that stay open; the load has a thread of its own. */
export async function measureHttp(portolan: Portolan, size: Omit<HttpLoad, 'url'>): Promise<Figures> {
  const environment = { clock: { now: () => Date.now() }, random: { next: () => Math.random() }, log: silentLog };
  const api = httpApi([{ service: scheduling, call: (_name, operation, call) => portolan.api.call(operation, call) }], {
    environment,
  });
  const server = nodeServer(api, { environment });
  const { port } = await server.listen(0, '127.0.0.1');
  const workerData: HttpLoad = { ...size, url: `http://127.0.0.1:${port}/scheduling/v1/tasks` };
  const load = new Worker(new URL('./http-load.ts', import.meta.url), { workerData });
  const [figures] = (await once(load, 'message')) as [Figures];
  await server.close();
  return figures;
}
