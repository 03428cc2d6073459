import { setTimeout } from 'node:timers/promises';
import type { Figures } from '../../measure/figures.ts';
import type { Child } from '../../process/child-process.ts';
import { quantile } from '../../report/statistics.ts';
import { startClients, type ClientsTold } from '../live/clients-process.ts';
import { sharedNow } from '../live/shared-clock.ts';
import { increments, isoOf, product } from '../market.ts';
import { askOverHttp, type Ask } from '../platform/ask.ts';
import { postTrades } from '../platform/history.ts';
import { startPlatform } from '../platform/platform-process.ts';

export interface FanoutSize {
  /** Each with a socket of its own. */
  readonly clients: number;
  /** Processes that they are spread over. */
  readonly processes: number;
  /** Posted one after another, each when all clients have the one before. */
  readonly trades: number;
  /** Trades before those that are measured, so that code is compiled. */
  readonly warmUp: number;
}

export interface FanoutPlaces {
  readonly folder: string;
  /** Where to write a CPU profile of the platform. */
  readonly platformProfile?: string | undefined;
}

/** A trade that has not reached every client by then is lost, in milliseconds. */
const patienceMs = 10_000;
/** Between two trades, so that each finds the sockets as empty as a quiet market does. */
const pauseMs = 20;

/** How long it takes from the post of a trade until a client has it, all processes on this machine. */
export async function measureFanout({ folder, platformProfile }: FanoutPlaces, size: FanoutSize): Promise<Figures> {
  const platform = await startPlatform({ folder, profile: platformProfile });
  const { ask, close } = askOverHttp(platform.url, 1);
  await ask('putProduct', { params: { id: product }, body: increments });
  const url = `${platform.url.replace('http', 'ws')}/pricing/v1/live?products=${product}`;
  const clients = Math.ceil(size.clients / size.processes);
  const groups = await Promise.all(Array.from({ length: size.processes }, () => startClients({ url, clients })));
  const waits: number[] = [];
  const lasts: number[] = [];
  let lost = 0;
  for (let id = 1; id <= size.warmUp + size.trades; id++) {
    const arrived = await tellAll(ask, id, groups);
    lost += clients * groups.length - arrived.length;
    if (lost > 0) break;
    if (id > size.warmUp) {
      waits.push(...arrived);
      lasts.push(quantile(arrived, 1));
    }
    await setTimeout(pauseMs);
  }
  close();
  const { peakRssMb } = await platform.stop();
  return {
    p50Ms: quantile(waits, 0.5),
    p99Ms: quantile(waits, 0.99),
    maxMs: quantile(waits, 1),
    lastP50Ms: quantile(lasts, 0.5),
    peakRssMb,
    lost,
  };
}

/** Posts one trade. @returns How long each client that got it waited for it, in milliseconds. */
async function tellAll(ask: Ask, id: number, groups: readonly Child<ClientsTold>[]): Promise<readonly number[]> {
  const trade = { product, source: 'bench', id: String(id), price: '50000.01', size: '0.1', side: 'buy' } as const;
  const time = isoOf(Date.now() * 1_000);
  const late = new AbortController();
  const cut = setTimeout(patienceMs, undefined, { signal: late.signal }).catch(() => undefined);
  const began = sharedNow();
  const posted = postTrades(ask, [{ ...trade, time }]);
  const heard = await Promise.all(groups.map((group) => Promise.race([group.next(), cut])));
  await posted;
  late.abort();
  return heard.flatMap((told) => (told?.kind === 'trade' ? told.atMs.map((atMs) => atMs - began) : []));
}
