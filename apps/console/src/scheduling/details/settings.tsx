import type { ReactNode } from 'react';
import type { TaskView } from '../../api/answers.ts';
import { formatDuration } from '../../time/duration.ts';
import { At } from '../../ui/time.tsx';
import { describeSchedule } from '../describe.ts';
import { targetOf } from '../target.ts';

const gaps: Readonly<Record<string, string>> = {
  skip: 'no run that day',
  next: 'right after the gap',
  shift: 'as much later',
};
const overlaps: Readonly<Record<string, string>> = {
  first: 'the first time',
  last: 'the second time',
  both: 'both times',
};
const catchUps = { all: 'all', latest: 'the latest', none: 'none' } as const;
const concurrencies = { allow: 'start beside it', skip: 'skip', queue: 'wait', replace: 'replace it' } as const;

/** Every setting of a task, defaults included. */
export function Settings({ task }: { readonly task: TaskView }) {
  const target = targetOf(task.target);
  const headers = target.kind === 'webhook' ? Object.keys(target.headers ?? {}) : [];
  const recurs = task.at === undefined;
  const { main, more, literal } = describeSchedule(task);
  return (
    <dl className="settings">
      <Row name="Schedule">
        {literal === true ? <code>{main}</code> : main}
        {more === undefined ? null : `, ${more}`}
      </Row>
      {task.gap === undefined ? null : (
        <Row name="Clocks skip, repeat">{`${gaps[task.gap]}; ${overlaps[task.overlap ?? 'first']}`}</Row>
      )}
      {recurs && task.startAt !== undefined ? (
        <Row name="Not before">
          <At iso={task.startAt} />
        </Row>
      ) : null}
      {task.until === undefined ? null : (
        <Row name="Not after">
          <At iso={task.until} />
        </Row>
      )}
      {task.count === undefined ? null : <Row name="Runs at most">{task.count.toLocaleString()}</Row>}
      <Row name={target.kind === 'webhook' ? 'Webhook' : 'Topic'}>
        <code>{target.kind === 'webhook' ? target.url : target.type}</code>
      </Row>
      {headers.length === 0 ? null : (
        <Row name="Headers">
          <code>{headers.join(', ')}</code>
        </Row>
      )}
      <Row name="Group">{task.group}</Row>
      <Row name="Retries">
        {task.retry.maxAttempts === 1
          ? 'none'
          : `up to ${task.retry.maxAttempts} attempts, waiting up to ${formatDuration(task.retry.baseMs)} at first, ${formatDuration(task.retry.capMs)} at most`}
      </Row>
      <Row name="Timeout">{formatDuration(task.timeoutMs)}</Row>
      <Row name="Flexible window">{task.flexibleWindowMs === 0 ? 'none' : formatDuration(task.flexibleWindowMs)}</Row>
      {recurs ? <Row name="While a run is open">{concurrencies[task.concurrency]}</Row> : null}
      {recurs ? (
        <Row name="After missed runs">{`run ${catchUps[task.catchUp.policy]}, up to ${formatDuration(task.catchUp.windowMs)} back`}</Row>
      ) : null}
      <Row name="Created">
        <At iso={task.createdAt} />
      </Row>
      <Row name="Changed">
        <At iso={task.updatedAt} />
      </Row>
    </dl>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
