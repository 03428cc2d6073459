import { setTimeout as pause } from 'node:timers/promises';
import type { Promised } from '../audit/audit.ts';
import { drawAsk, type Ask } from './asks.ts';
import { scheduling, send } from './client.ts';
import type { Draws } from './draws.ts';

/** Where the platform is, for clients that wait while it is gone. */
export class Address {
  #url = Promise.withResolvers<string>();

  up(url: string): void {
    this.#url.resolve(url);
  }

  down(): void {
    this.#url = Promise.withResolvers();
  }

  get url(): Promise<string> {
    return this.#url.promise;
  }
}

/** Clients that ask for tasks without end, and remember what they were told. */
export interface Load {
  /** By task id. Those without an answer may exist or not. */
  readonly promised: ReadonlyMap<string, Promised>;
  /** Answers that refused what should have been taken. */
  readonly refusals: readonly string[];
  /** Ends when every client has its last answer. The platform must be up. */
  stop(): Promise<void>;
}

/** Tasks of a batch. */
const batchSize = 20;

/**
 * Starts clients that create tasks under ids of their own, one by one and in batches.
 *
 * A request that the platform took to its grave is sent again once the platform is back, or given up, by a draw.
 *
 * @param hook - The receiver, without a path.
 */
export function startLoad(clients: number, address: Address, hook: string, draws: Draws): Load {
  const promised = new Map<string, Promised>();
  const refusals: string[] = [];
  let stopped = false;
  let asked = 0;
  const newAsk = (): Ask => drawAsk(`task-${String(++asked).padStart(6, '0')}`, draws, hook, Date.now());

  const settle = async (asks: readonly Ask[], ask: (url: string) => Promise<readonly string[]>): Promise<void> => {
    const sentAt = Date.now();
    for (;;) {
      const url = await address.url;
      const statuses = await ask(url).catch(() => undefined);
      const settledAt = Date.now();
      if (statuses === undefined && draws.next() < 0.5 && asks.every(({ goodUntil }) => settledAt < goodUntil)) {
        // The platform is known to be gone a little after its connections are.
        await pause(20);
        continue;
      }
      asks.forEach((one, index) => {
        const status = statuses?.[index];
        const answered = status === 'created' || status === 'existing';
        if (statuses !== undefined && !answered) refusals.push(`${one.id}: ${status}`);
        promised.set(one.id, one.promise(sentAt, settledAt, answered));
      });
      return;
    }
  };
  const client = async (): Promise<void> => {
    while (!stopped) {
      const asks = Array.from({ length: draws.next() < 0.1 ? batchSize : 1 }, newAsk);
      await settle(asks, (url) => (asks.length === 1 ? createOne(url, asks[0]!) : createBatch(url, asks)));
      await pause(draws.between(0, 80));
    }
  };
  const running = Array.from({ length: clients }, client);
  return {
    promised,
    refusals,
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}

const statuses: Readonly<Record<number, string>> = { 200: 'existing', 201: 'created' };

async function createOne(url: string, { body }: Ask): Promise<readonly string[]> {
  const answer = await send(scheduling(url, '/tasks'), 'POST', body);
  return [statuses[answer.status] ?? `${answer.status} ${answer.text}`];
}

async function createBatch(url: string, asks: readonly Ask[]): Promise<readonly string[]> {
  const answer = await send(scheduling(url, '/tasks/batch'), 'POST', { tasks: asks.map(({ body }) => body) });
  if (answer.status !== 200) return asks.map(() => `${answer.status} ${answer.text}`);
  const results = answer.body.results as readonly { readonly status: string }[];
  return results.map((result) => (result.status === 'rejected' ? JSON.stringify(result) : result.status));
}
