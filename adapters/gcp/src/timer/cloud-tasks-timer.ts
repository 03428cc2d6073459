import { adapter, type Opening } from '@portolan/composition';
import { days, type Port, type TimerPort } from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { clientsModule, tasksToken } from '../clients/modules.ts';
import { maxTaskMessageBytes, taskQueuePath, type CloudTasksQueueOptions } from '../queue/cloud-tasks-queue.ts';
import { cloudTasksQueueName } from '../queue/cloud-tasks-resources.ts';
import { TaskQueue } from '../queue/cloud-tasks.ts';
import { DeadLetters, deadLetterPort } from '../queue/dead-letters.ts';
import { firestoreTable } from '../table/firestore-table.ts';
import { CloudTasksAlarms } from './cloud-tasks-alarms.ts';
import { StandingTimers, standingPort } from './standing-timers.ts';

/** As far ahead as timers may be set, in milliseconds: 100 years, which Firestore and dates have room for. */
export const maxTimerHorizonMs = days(36_525);

/**
 * Timers on Cloud Tasks, which calls the function at the instant. Each stands as a row of a table on Firestore until it
 * has been handled: setting one costs a write and a task, its firing a read and a removal. Dead ones lie in a table of
 * their own.
 */
export const cloudTasksTimer = (options: CloudTasksQueueOptions = {}) =>
  adapter({
    kind: 'timer',
    cloud: 'gcp',
    name: 'cloudTasksTimer',
    guarantees: { prompt: true },
    limits: {
      horizonMs: { max: maxTimerHorizonMs, wayOut: 'set a nearer timer, whose handler sets the next' },
      maxPayloadBytes: {
        max: maxTaskMessageBytes,
        wayOut: 'keep the large part in a table and its key in the payload',
      },
    },
    triggers: ({ service, port }) => [{ kind: 'cloud-tasks', resource: cloudTasksQueueName(service, port.name) }],
    modules: [clientsModule],
    needs: [tasksToken],
    parts(port: Port) {
      const adapter = firestoreTable(options.tables);
      return {
        standing: { port: standingPort(port.name), adapter },
        dead: { port: deadLetterPort(port.name), adapter },
      };
    },
    open({ service, port, environment, parts }: Opening<TimerPort>, rest: GoogleRest) {
      const queue = taskQueuePath(service, port.name, options.location);
      const tasks = new TaskQueue(rest, queue, port, options, () => environment.clock.now());
      const standing = new StandingTimers(parts['standing']);
      return new CloudTasksAlarms(port, tasks, standing, new DeadLetters(port, parts['dead']), environment);
    },
  });
