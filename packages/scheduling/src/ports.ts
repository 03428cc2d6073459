import { own, table, timer, topic, hours, kibibytes, seconds } from '@portolan/kernel';
import * as z from 'zod';
import { storedTask } from './stored-task.ts';
import type { Attempt } from './task.ts';

/** Every task, a partition each. */
export const tasks = table('tasks', {
  item: storedTask,
  key: ['id'],
  indexes: { byState: ['state', 'listKey'], byGroup: ['group', 'listKey'], byHold: ['heldBy', 'listKey'] },
});

const Group = z.object({
  kind: z.literal('group'),
  group: z.string(),
  paused: z.boolean().default(false),
  perSecond: z.number().optional(),
  concurrent: z.number().optional(),
  /** When the next start within the rate is free, milliseconds since 1970. */
  nextSlotAt: z.number().default(0),
  /** Runs that hold a place, with the instant at which the place is free again whatever happens. */
  running: z.record(z.string(), z.number()).default({}),
});
export type Group = z.infer<typeof Group>;

/** Groups that have a setting; every other group has none. */
export const groups = table('groups', { item: Group, key: ['kind', 'group'] });

/** A run that was given up, with every attempt, until it is redriven or its retention ends. */
export interface DeadLetter {
  readonly list: 'dead';
  readonly sort: string;
  readonly id: string;
  readonly task: string;
  readonly group: string;
  readonly dueAt: number;
  readonly deadAt: number;
  readonly reason: string;
  readonly attempts: readonly Attempt[];
}

export const deadLetters = table('dead-letters', {
  item: z.custom<DeadLetter>((value) => typeof (value as DeadLetter | null)?.id === 'string', 'a dead letter'),
  key: ['id'],
  indexes: { all: ['list', 'sort'] },
});

/** Counts by name; a name that is absent counts 0. */
export type Counters = { readonly series: string; readonly slot: string } & {
  readonly [Name in `n_${string}`]?: number;
};

/** Counters: totals, and one item a minute with the histogram of lateness. */
export const stats = table('stats', {
  item: z.custom<Counters>((value) => typeof (value as Counters | null)?.series === 'string', 'counters'),
  key: ['series', 'slot'],
});

export const Wakeup = z.discriminatedUnion('kind', [
  /** The occurrence that this timer was set for is due. */
  z.object({ kind: z.literal('due'), task: z.string(), setAt: z.number() }),
  /** An attempt of a run is due: a retry, a postponed start, a run by request. */
  z.object({
    kind: z.literal('attempt'),
    task: z.string(),
    run: z.string(),
    setAt: z.number(),
    /** Whether this instant was given out by the group's rate already. */
    slot: z.boolean().optional(),
  }),
  /** Look at everything a task may be waiting for: after a pause, a hold, a crash. */
  z.object({ kind: z.literal('nudge'), task: z.string() }),
  /** A group was resumed or widened: let held tasks go, a page at a time. */
  z.object({ kind: z.literal('release'), group: z.string() }),
]);
export type Wakeup = z.infer<typeof Wakeup>;

/** Every wake-up of every task. Attempts are given the whole timeout of a webhook and some. */
export const wakeups = timer('wakeups', {
  payload: Wakeup,
  prompt: true,
  visibilityMs: seconds(90),
  // A wake-up is the only thing that moves a task: it is never given up lightly.
  retry: { maxAttempts: 1_000, baseMs: seconds(0.2), capMs: hours(1) },
});

const Event = z.object({
  /** The run's id: the same in every delivery. */
  id: z.string(),
  /** What the task asked for, or one of `scheduling.run.failed`. */
  type: z.string(),
  task: z.string(),
  group: z.string(),
  /** ISO 8601 instant the run was promised for. */
  scheduledAt: z.string(),
  payload: z.unknown().optional(),
});
export type Event = z.infer<typeof Event>;

/** What tasks with a topic target publish, and failures of any. */
export const events = topic('events', { event: Event, filterable: ['type', 'group'] });

/** JSON bytes of a payload that fits into an event with everything around it. */
export const maxTopicPayloadBytes = kibibytes(190);

export interface WebhookRequest {
  readonly url: string;
  /** The task's own, checked against reserved names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The webhook-id: one per run. */
  readonly id: string;
  /** JSON text. */
  readonly body: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
}

export type WebhookOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfterMs?: number;
      readonly durationMs: number;
      /** At most 500 characters of the answer. */
      readonly excerpt: string;
    }
  | {
      readonly kind: 'failed';
      readonly reason: 'timeout' | 'connection' | 'dns' | 'tls' | 'refused-address' | 'invalid-url';
      readonly detail: string;
      readonly durationMs: number;
    };

/** Sends signed requests to receivers that tasks name. */
export interface Webhooks {
  /** POSTs once. Never throws for what the receiver did: that is an outcome. */
  deliver(request: WebhookRequest): Promise<WebhookOutcome>;
}

export const webhooks = own<Webhooks>()('webhooks', { deliver: ['deliver'] });
