import { every, http, minutes, onBatch, service } from '@portolan/kernel';
import { operations } from './api.ts';
import { apiGrants, handlers } from './handlers.ts';
import { deadLetters, events, groups, stats, tasks, wakeups, webhooks } from './ports.ts';
import { sweepGrants, sweepHeld } from './use-cases/release-held.ts';
import { wakeGrants } from './use-cases/wake-task.ts';
import { wakeTasks } from './use-cases/wake-tasks.ts';

/** Tasks that run once or again and again, delivered to webhooks and topics: never early, at least once, one id per run. */
export const scheduling = service(
  'scheduling',
  { tasks, groups, 'dead-letters': deadLetters, stats, wakeups, events, webhooks },
  {
    api: http('/scheduling/v1', operations, apiGrants, handlers),
    wake: onBatch(wakeups, { size: 100 }, wakeGrants, wakeTasks),
    sweep: every(minutes(1), sweepGrants, sweepHeld),
  },
);
