import type { FieldProblem } from '@portolan/kernel';
import type { NewTask, PreviewRequest, TaskChange } from '../../api/answers.ts';
import { durationMsOf, type DurationText } from '../../time/duration.ts';
import { instantOf } from '../../time/instant.ts';
import type { FieldName } from './field-names.ts';
import { readPayload } from './payload.ts';
import type { TaskForm } from './task-form.ts';

/** A body to send, or what keeps one from being made. What a body may say, the API alone judges. */
export type Built<Body> =
  | { readonly kind: 'built'; readonly body: Body }
  | { readonly kind: 'faults'; readonly errors: readonly FieldProblem[] };

/** The body that creates the task in the form. */
export function buildTask(form: TaskForm): Built<NewTask> {
  const reader = newReader();
  const body: NewTask = {
    ...given('id', form.id.trim()),
    ...given('group', form.group.trim()),
    ...readWhen(form, reader),
    ...readHow(form, reader),
  };
  return reader.done(body);
}

/** The body that changes a task from what the form held at first to what it holds now: only what differs. */
export function buildChange(from: TaskForm, to: TaskForm): Built<TaskChange> {
  const reader = newReader();
  const ignored = newReader();
  const when = readWhen(to, reader);
  const whenBefore = readWhen(from, ignored);
  const how = readHow(to, reader);
  const howBefore: Partial<Record<string, unknown>> = readHow(from, ignored);
  const changed = Object.entries(how).filter(([name, value]) => !same(value, howBefore[name]));
  // A field that is absent stays; what was taken out of the form must be said.
  const cleared = 'payload' in howBefore && !('payload' in how) ? { payload: null } : {};
  return reader.done({
    ...(same(when, whenBefore) ? {} : when),
    ...(Object.fromEntries(changed) as TaskChange),
    ...cleared,
  });
}

/** What asks for the next runs of the recurrence in the form; undefined where it has none, or none can be read. */
export function buildPreview(form: TaskForm, count = 5): PreviewRequest | undefined {
  if (form.when !== 'cron' && form.when !== 'every') return undefined;
  const reader = newReader();
  const { startAt, count: most, ...recurrence } = readWhen(form, reader);
  if (reader.done(undefined).kind === 'faults') return undefined;
  if (form.when === 'cron' && form.cron.trim() === '') return undefined;
  // The first run may be at the start itself; an interval counts from an anchor, one interval before its first run.
  const from = startAt === undefined ? undefined : startAt - (recurrence.everyMs ?? 1);
  return { ...recurrence, ...given('from', from), count: Math.min(count, most ?? count) };
}

type When = Pick<
  NewTask,
  'at' | 'delayMs' | 'cron' | 'everyMs' | 'timeZone' | 'gap' | 'overlap' | 'startAt' | 'until' | 'count'
>;
type How = Omit<NewTask, keyof When | 'id' | 'group'>;
type Reader = ReturnType<typeof newReader>;

function readWhen(form: TaskForm, reader: Reader): When {
  switch (form.when) {
    case 'at':
      return { at: reader.instant('at', form.at, 'a date and time') };
    case 'delay':
      return { delayMs: reader.duration('delayMs', form.delay) };
    case 'every':
      return { everyMs: reader.duration('everyMs', form.every), ...readBounds(form, reader) };
    case 'cron': {
      const { gap, overlap } = form;
      return {
        cron: form.cron.trim(),
        timeZone: form.timeZone.trim() || 'UTC',
        gap,
        overlap,
        ...readBounds(form, reader),
      };
    }
  }
}

function readBounds(form: TaskForm, reader: Reader): Pick<When, 'startAt' | 'until' | 'count'> {
  return {
    ...(form.startAt === '' ? {} : { startAt: reader.instant('startAt', form.startAt, 'a date and time, or nothing') }),
    ...(form.until === '' ? {} : { until: reader.instant('until', form.until, 'a date and time, or nothing') }),
    ...(form.count.trim() === '' ? {} : { count: reader.whole('count', form.count) }),
  };
}

function readHow(form: TaskForm, reader: Reader): How {
  const payload = readPayload(form.payload);
  if (payload.kind === 'fault') reader.fault('payload', form.payload.slice(0, 100), `expected JSON: ${payload.fault}`);
  return {
    target: readTarget(form, reader),
    ...(payload.kind === 'json' ? { payload: payload.value } : {}),
    retry: {
      maxAttempts: reader.whole('retry.maxAttempts', form.maxAttempts),
      baseMs: reader.duration('retry.baseMs', form.retryBase),
      capMs: reader.duration('retry.capMs', form.retryCap),
    },
    timeoutMs: reader.duration('timeoutMs', form.timeout),
    flexibleWindowMs: reader.duration('flexibleWindowMs', form.flexibleWindow),
    catchUp: { policy: form.catchUp, windowMs: reader.duration('catchUp.windowMs', form.catchUpWindow) },
    concurrency: form.concurrency,
  };
}

function readTarget(form: TaskForm, reader: Reader): NewTask['target'] {
  if (form.target === 'topic') return { kind: 'topic', type: form.topic.trim() };
  const headers: Record<string, string> = {};
  for (const { name, value } of form.headers) {
    const key = name.trim();
    if (key === '' && value === '') continue;
    if (key === '') reader.fault('target.headers', value, 'expected a name for every header');
    else if (Object.hasOwn(headers, key))
      reader.fault('target.headers', key, `expected each header once; ${key} comes twice`);
    headers[key] = value;
  }
  return { kind: 'webhook', url: form.url.trim(), ...(Object.keys(headers).length === 0 ? {} : { headers }) };
}

function newReader() {
  const errors: FieldProblem[] = [];
  const fault = (name: FieldName, value: unknown, expected: string): void => {
    errors.push({ field: `body.${name}`, value, expected });
  };
  const checked = (name: FieldName, text: string, value: number | undefined, expected: string): number => {
    if (value === undefined) fault(name, text, `expected ${expected}`);
    return value ?? 0;
  };
  return {
    fault,
    instant: (name: FieldName, text: string, expected: string) => checked(name, text, instantOf(text), expected),
    duration: (name: FieldName, text: DurationText) => checked(name, text.amount, durationMsOf(text), 'a number'),
    whole: (name: FieldName, text: string) =>
      checked(name, text, /^\s*-?\d+\s*$/.test(text) ? Number(text) : undefined, 'a whole number'),
    done: <Body>(body: Body): Built<Body> =>
      errors.length === 0 ? { kind: 'built', body } : { kind: 'faults', errors },
  };
}

const given = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined || value === '' ? {} : { [name]: value }) as { readonly [N in Name]?: Value };

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
