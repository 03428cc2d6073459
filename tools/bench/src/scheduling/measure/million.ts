import { performance } from 'node:perf_hooks';
import type { Figures } from '../../measure/figures.ts';
import { peakRssMb } from '../../measure/memory.ts';
import { noProbe } from '../../measure/probe.ts';
import { openPortolan, type Portolan } from '../subject/portolan.ts';
import { measureCreate } from './create.ts';

const dayMs = 86_400_000;
/** Tasks that one step of filling makes. */
const fillStep = 10_000;

/** Brings the platform in `folder` to `count` open tasks. */
export async function fill(folder: string, count: number): Promise<Figures> {
  const portolan = await openPortolan({ folder }, 'webhook');
  for (let open = await countOpen(portolan); open < count; open = await countOpen(portolan)) {
    const tasks = Array.from({ length: Math.min(fillStep, count - open) }, (_, n) => ({
      n,
      at: Date.now() + dayMs + Math.floor(Math.random() * 10 * dayMs),
    }));
    await portolan.scheduleMany(tasks);
  }
  await portolan.close();
  return { peakRssMb: peakRssMb() };
}

/** How the platform does over many open tasks: its start, scheduling, and the memory that both take. */
export async function measureOver(folder: string, size: { readonly count: number; readonly warmUp: number }) {
  const portolan = await openPortolan({ folder }, 'webhook');
  const open = await countOpen(portolan);
  // Since the process began: loading code is part of starting.
  const startMs = performance.now();
  const startRssMb = process.memoryUsage.rss() / 1e6;
  const create = await measureCreate(portolan, { ...size, callers: 100 }, noProbe);
  await portolan.close();
  return { open, startMs, startRssMb, ...create, peakRssMb: peakRssMb() } satisfies Figures;
}

async function countOpen({ api }: Portolan): Promise<number> {
  const reply = (await api.call('getStats', {})) as { readonly body: { readonly open: number } };
  return reply.body.open;
}
