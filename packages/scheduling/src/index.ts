export { operations } from './api.ts';
export { isReservedHeader } from './headers.ts';
export type { Event, WebhookOutcome, WebhookRequest, Webhooks } from './ports.ts';
export { events, webhooks } from './ports.ts';
export { nextOccurrence, type Recurrence } from './recurrence.ts';
export type { NewTask, PreviewRequest, TaskChange } from './request.ts';
export { scheduling } from './scheduling.ts';
export type { TaskState } from './task.ts';
export { AttemptView, DeadLetterView, GroupView, RunView, TaskView } from './view.ts';
