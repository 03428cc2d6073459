import type { Occurrence, Promised } from '../audit/audit.ts';
import type { Draws } from './draws.ts';

/** A task to ask for, and what would then be promised. */
export interface Ask {
  readonly id: string;
  readonly body: object;
  /** After this instant the same request would mean something else; milliseconds since 1970. */
  readonly goodUntil: number;
  /** @param sentAt - When it was sent first. @param settledAt - When it was answered, or given up. */
  promise(sentAt: number, settledAt: number, answered: boolean): Promised;
}

const exactly = (at: number): Occurrence => ({ earliestAt: at, latestAt: at });
const everyMs = 1_000;
/** By how much a recurring task must be asked for ahead of its first occurrence, in milliseconds. */
const aheadMs = 1_500;

/** A task of a sort that is drawn: after a delay, at an instant, or a few times at an interval. */
export function drawAsk(id: string, draws: Draws, hook: string, now: number): Ask {
  const common = {
    id,
    target: { kind: 'webhook', url: `${hook}/` },
    // The lease of an attempt that a crash cut off is as long as its timeout, and some.
    timeoutMs: 1_000,
    retry: { maxAttempts: 20, baseMs: 50, capMs: 500 },
  };
  const kind = draws.next();
  if (kind < 0.5) return afterDelay(common, draws.between(0, 3_000));
  if (kind < 0.85) return atInstant(common, now + draws.between(0, 3_000));
  return recurring(common, now + aheadMs + draws.between(500, 1_500), draws.between(2, 4));
}

function afterDelay(common: { readonly id: string }, delayMs: number): Ask {
  return {
    id: common.id,
    body: { ...common, delayMs },
    goodUntil: Infinity,
    promise: (sentAt, settledAt, answered) => ({
      task: common.id,
      label: 'delay',
      occurrences: [{ earliestAt: sentAt + delayMs, latestAt: settledAt + delayMs }],
      answered,
    }),
  };
}

function atInstant(common: { readonly id: string }, at: number): Ask {
  return {
    id: common.id,
    body: { ...common, at },
    goodUntil: Infinity,
    promise: (_sentAt, _settledAt, answered) => ({
      task: common.id,
      label: 'at',
      occurrences: [exactly(at)],
      answered,
    }),
  };
}

/** Its occurrences are known only if it was taken on before the first of them; else they may be any on the beat. */
function recurring(common: { readonly id: string }, startAt: number, count: number): Ask {
  return {
    id: common.id,
    body: { ...common, everyMs, startAt, count, catchUp: { policy: 'all' } },
    goodUntil: startAt - aheadMs / 2,
    promise: (_sentAt, settledAt, answered) => {
      const slipped = Math.max(0, Math.ceil((settledAt - startAt + 1) / everyMs));
      const occurrences = Array.from({ length: count + slipped }, (_, n) => exactly(startAt + n * everyMs));
      return { task: common.id, label: 'interval', occurrences, answered: answered && slipped === 0 };
    },
  };
}
