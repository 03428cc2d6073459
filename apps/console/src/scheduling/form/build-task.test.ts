import { operations } from '@portolan/scheduling';
import { parse } from '@portolan/kernel';
import type { TaskView } from '../../api/answers.ts';
import { buildChange, buildPreview, buildTask } from './build-task.ts';
import { emptyForm, formOf, type TaskForm } from './task-form.ts';

const now = Date.parse('2026-06-01T10:00:30Z');
const webhook = 'https://example.com/hook';

const form = (fields: Partial<TaskForm>): TaskForm => ({ ...emptyForm(now, 'Europe/Berlin'), url: webhook, ...fields });

function bodyOf(fields: Partial<TaskForm>) {
  const built = buildTask(form(fields));
  if (built.kind === 'faults') throw new Error(JSON.stringify(built.errors));
  return built.body;
}

function faultsOf(fields: Partial<TaskForm>): readonly string[] {
  const built = buildTask(form(fields));
  return built.kind === 'built' ? [] : built.errors.map(({ field, expected }) => `${field}: ${expected}`);
}

describe('a new task', () => {
  test.each<[string, Partial<TaskForm>]>([
    ['at an instant', { when: 'at' }],
    ['after a delay', { when: 'delay' }],
    ['by cron', { when: 'cron', startAt: '2026-07-01T00:00:00', until: '2026-08-01T00:00:00', count: '3' }],
    ['at an interval', { when: 'every' }],
    ['to a topic', { target: 'topic', topic: 'invoice.due', payload: '{"a":1}' }],
    ['with headers', { headers: [{ name: 'x-team', value: 'blue' }] }],
  ])('%s is what the API takes', (_, fields) => {
    const body = bodyOf(fields);
    expect(parse(operations.createTask.body!, body)).toMatchObject({ kind: 'valid', value: { target: body.target } });
  });

  test('names exactly one kind of schedule, with its own options', () => {
    const keys = (fields: Partial<TaskForm>) =>
      Object.keys(bodyOf({ until: '2026-08-01T00:00:00', ...fields })).filter((key) =>
        /^(at|delayMs|cron|everyMs|timeZone|gap|until)$/.test(key),
      );
    expect(keys({ when: 'at' })).toEqual(['at']);
    expect(keys({ when: 'delay' })).toEqual(['delayMs']);
    expect(keys({ when: 'every' })).toEqual(['everyMs', 'until']);
    expect(keys({ when: 'cron' })).toEqual(['cron', 'timeZone', 'gap', 'until']);
  });

  test('says no id and no group where none is typed', () => {
    expect(bodyOf({ id: ' ', group: '' })).not.toHaveProperty('id');
    expect(bodyOf({ id: ' a-1 ', group: 'billing' })).toMatchObject({ id: 'a-1', group: 'billing' });
  });

  test('offers an instant a few minutes ahead, on a whole minute', () => {
    expect(bodyOf({}).at).toBe(Date.parse('2026-06-01T10:06:00Z'));
  });

  test('sends every kind of JSON as payload, null included, and nothing for nothing', () => {
    expect(bodyOf({ payload: 'null' })).toHaveProperty('payload', null);
    expect(bodyOf({ payload: '' })).not.toHaveProperty('payload');
  });

  test('tells what cannot be read, by the names of the API', () => {
    expect(faultsOf({ when: 'at', at: '' })).toEqual(['body.at: expected a date and time']);
    expect(faultsOf({ maxAttempts: '2.5', timeout: { amount: 'x', unit: 's' } })).toEqual([
      'body.retry.maxAttempts: expected a whole number',
      'body.timeoutMs: expected a number',
    ]);
    expect(faultsOf({ payload: '{' })[0]).toMatch(/^body\.payload: expected JSON/);
  });

  test('refuses headers without a name and headers that come twice, and skips empty rows', () => {
    expect(faultsOf({ headers: [{ name: '', value: 'x' }] })).toHaveLength(1);
    const twice = { name: 'a', value: '1' };
    expect(faultsOf({ headers: [twice, twice] })).toEqual([
      'body.target.headers: expected each header once; a comes twice',
    ]);
    expect(bodyOf({ headers: [{ name: ' ', value: '' }] }).target).toEqual({ kind: 'webhook', url: webhook });
  });
});

const stored: TaskView = {
  id: 'nightly',
  group: 'billing',
  state: 'scheduled',
  cron: '0 2 * * *',
  timeZone: 'Europe/Berlin',
  gap: 'shift',
  overlap: 'both',
  startAt: '2026-05-01T00:00:00.123Z',
  target: { kind: 'webhook', url: webhook, headers: { 'x-team': 'blue' } },
  payload: { a: 1 },
  retry: { maxAttempts: 3, baseMs: 1_500, capMs: 60_000 },
  timeoutMs: 15_000,
  flexibleWindowMs: 90_000,
  catchUp: { policy: 'none', windowMs: 3_600_000 },
  concurrency: 'queue',
  createdAt: '2026-05-01T00:00:00.000Z',
  updatedAt: '2026-05-01T00:00:00.000Z',
  runs: [],
};

describe('a change', () => {
  const opened = formOf(stored, now, 'UTC');
  const changeTo = (fields: Partial<TaskForm>) => buildChange(opened, { ...opened, ...fields });

  test('says nothing where nothing was changed', () => {
    expect(changeTo({})).toEqual({ kind: 'built', body: {} });
    expect(changeTo({ payload: '{"a":1}' })).toEqual({ kind: 'built', body: {} });
  });

  test('says the whole schedule where any of it was changed, and only then', () => {
    const body = { cron: '0 3 * * *', timeZone: 'Europe/Berlin', gap: 'shift', overlap: 'both' };
    expect(changeTo({ cron: '0 3 * * *' })).toEqual({ kind: 'built', body });
    expect(changeTo({ timeout: { amount: '20', unit: 's' } })).toEqual({ kind: 'built', body: { timeoutMs: 20_000 } });
  });

  test('takes a payload out by saying null', () => {
    expect(changeTo({ payload: '' })).toEqual({ kind: 'built', body: { payload: null } });
  });

  test('turns one kind of schedule into another', () => {
    expect(changeTo({ when: 'every', every: { amount: '2', unit: 'h' } })).toEqual({
      kind: 'built',
      body: { everyMs: 7_200_000 },
    });
  });

  test('is what the API takes', () => {
    const change = changeTo({ target: 'topic', topic: 'x', when: 'at', concurrency: 'skip' });
    expect(change.kind === 'built' && parse(operations.changeTask.body!, change.body).kind).toBe('valid');
  });
});

describe('a preview', () => {
  test('asks for recurrences only', () => {
    expect(buildPreview(form({ when: 'at' }))).toBeUndefined();
    expect(buildPreview(form({ when: 'delay' }))).toBeUndefined();
    expect(buildPreview(form({ when: 'cron', cron: ' ' }))).toBeUndefined();
    expect(buildPreview(form({ when: 'every', every: { amount: '', unit: 's' } }))).toBeUndefined();
  });

  test('begins at the start of the schedule, for an interval one interval earlier', () => {
    const startAt = '2026-07-01T00:00:00';
    const at = new Date(startAt).getTime();
    expect(buildPreview(form({ when: 'cron', startAt }))).toMatchObject({ from: at - 1 });
    expect(buildPreview(form({ when: 'every', startAt, every: { amount: '1', unit: 'h' } }))).toMatchObject({
      from: at - 3_600_000,
    });
  });

  test('shows no more runs than there will be', () => {
    expect(buildPreview(form({ when: 'every', count: '2' }))?.count).toBe(2);
    expect(buildPreview(form({ when: 'every' }))?.count).toBe(5);
  });

  test('is what the API takes', () => {
    const preview = buildPreview(form({ when: 'cron', startAt: '2026-07-01T00:00:00', until: '2026-08-01T00:00:00' }));
    expect(parse(operations.preview.body!, preview).kind).toBe('valid');
  });
});
