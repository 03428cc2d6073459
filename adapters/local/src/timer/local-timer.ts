import { adapter, type Opening } from '@portolan/composition';
import type { TimerPort } from '@portolan/kernel';
import { runtimeToken, storedName, type Runtime } from '../host/runtime.ts';
import { SqliteTimer } from './sqlite-timer.ts';

/** Timers in the platform's file, at any horizon, fired to the millisecond while the process runs. */
export const localTimer = () =>
  adapter({
    kind: 'timer',
    cloud: 'local',
    name: 'localTimer',
    guarantees: { prompt: true } as const,
    needs: [runtimeToken],
    open: ({ service, port, environment }: Opening<TimerPort>, runtime: Runtime) => {
      const timer = new SqliteTimer(runtime.engine, storedName(service, port.name), port, environment.random);
      runtime.show({ service, port: port.name, mailbox: timer.failed });
      return timer;
    },
  });
