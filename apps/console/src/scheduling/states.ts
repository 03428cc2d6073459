import type { RunView, TaskState } from '../api/answers.ts';
import type { IconName } from '../ui/icon-paths.ts';

export type Tone = 'info' | 'busy' | 'good' | 'bad' | 'warn' | 'calm';

interface Look {
  readonly label: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

/** How each state of a task looks; the icon and the word tell it without the colour. */
export const taskLooks: Readonly<Record<TaskState, Look>> = {
  scheduled: { label: 'Scheduled', icon: 'clock', tone: 'info' },
  running: { label: 'Running', icon: 'bolt', tone: 'busy' },
  paused: { label: 'Paused', icon: 'pause', tone: 'warn' },
  succeeded: { label: 'Succeeded', icon: 'check', tone: 'good' },
  failed: { label: 'Failed', icon: 'cross', tone: 'bad' },
  cancelled: { label: 'Cancelled', icon: 'slash', tone: 'calm' },
};

export const taskStates = Object.keys(taskLooks) as readonly TaskState[];
export const isTaskState = (text: string | null): text is TaskState => text !== null && Object.hasOwn(taskLooks, text);

export const runLooks: Readonly<Record<RunView['state'], Look>> = {
  pending: { label: 'Pending', icon: 'clock', tone: 'info' },
  queued: { label: 'Queued', icon: 'clock', tone: 'calm' },
  attempting: { label: 'Attempting', icon: 'bolt', tone: 'busy' },
  succeeded: { label: 'Succeeded', icon: 'check', tone: 'good' },
  failed: { label: 'Failed', icon: 'cross', tone: 'bad' },
  skipped: { label: 'Skipped', icon: 'skip', tone: 'calm' },
  replaced: { label: 'Replaced', icon: 'skip', tone: 'calm' },
  cancelled: { label: 'Cancelled', icon: 'slash', tone: 'calm' },
};

export const outcomeLooks: Readonly<Record<'delivered' | 'refused' | 'failed', Look>> = {
  delivered: { label: 'Delivered', icon: 'check', tone: 'good' },
  refused: { label: 'Refused', icon: 'slash', tone: 'bad' },
  failed: { label: 'Failed', icon: 'cross', tone: 'bad' },
};

/** What may be done to a task in a state. */
export interface Possible {
  readonly run: boolean;
  readonly pause: boolean;
  readonly resume: boolean;
  readonly cancel: boolean;
  readonly edit: boolean;
}

export function possibleIn(state: TaskState): Possible {
  const open = state === 'scheduled' || state === 'running' || state === 'paused';
  return {
    run: state !== 'paused' && state !== 'cancelled',
    pause: state === 'scheduled' || state === 'running',
    resume: state === 'paused',
    cancel: open,
    edit: open,
  };
}
