import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** Watches the part of a run that is measured, and not what prepares it. */
export interface Probe {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const noProbe: Probe = { async start() {}, async stop() {} };

/** Writes a CPU profile of what is measured, for Chrome's tools and {@link topSelfTime}. */
export function cpuProbe(file: string): Probe {
  const session = new Session();
  return {
    async start() {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: 500 });
      await session.post('Profiler.start');
    },
    async stop() {
      const { profile } = await session.post('Profiler.stop');
      writeFileSync(file, JSON.stringify(profile));
      session.disconnect();
    },
  };
}
