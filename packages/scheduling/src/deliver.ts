import type { Granted, Trace } from '@portolan/kernel';
import type { AttemptOutcome } from './decide.ts';
import { iso } from './iso.ts';
import { type events, type webhooks, type WebhookOutcome } from './ports.ts';
import type { Run, Task } from './task.ts';

type Ports = Granted<{ events: typeof events.publish; webhooks: typeof webhooks.deliver }>;

/** Statuses that a receiver may get over; every other 4xx, and a redirect, is its final word. */
const passing = new Set([408, 409, 425, 429]);

/**
 * Delivers a run to its task's target, once. A failure to publish is thrown: the wake-up comes again.
 *
 * @param trace - Of the wake-up that the run began with.
 */
export async function deliverRun(task: Task, run: Run, ports: Ports, trace: Trace): Promise<AttemptOutcome> {
  const { target } = task;
  const scheduledAt = iso(run.dueAt);
  if (target.kind === 'topic') {
    const { id, group, payload } = task;
    const event = { id: run.id, type: target.type, task: id, group, scheduledAt };
    await ports.events.publish(payload === undefined ? event : { ...event, payload }, { trace });
    return { outcome: 'delivered' };
  }
  const outcome = await ports.webhooks.deliver({
    url: target.url,
    headers: target.headers ?? {},
    id: run.id,
    body: JSON.stringify({
      type: 'scheduling.run',
      id: run.id,
      task: task.id,
      group: task.group,
      scheduledAt,
      attempt: run.attempts.length + 1,
      payload: task.payload ?? null,
    }),
    timeoutMs: task.timeoutMs,
  });
  return judge(outcome);
}

/** What an answer means for the run. */
export function judge(outcome: WebhookOutcome): AttemptOutcome {
  if (outcome.kind === 'failed') {
    const final = outcome.reason === 'refused-address' || outcome.reason === 'invalid-url';
    return { outcome: final ? 'refused' : 'failed', error: `${outcome.reason}: ${outcome.detail}` };
  }
  const { status, retryAfterMs } = outcome;
  if (status >= 200 && status < 300) return { outcome: 'delivered', status };
  const error = outcome.excerpt === '' ? undefined : outcome.excerpt;
  const final = status < 500 && !passing.has(status);
  return {
    outcome: final ? 'refused' : 'failed',
    status,
    ...(error === undefined ? {} : { error }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
