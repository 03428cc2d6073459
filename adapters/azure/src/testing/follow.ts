import type { EngineProcess } from '@portolan/conformance/engine';
import type { Environment, Schedule } from '@portolan/kernel';
import { seededRandom } from '@portolan/kernel/testing';
import { nodeEnvironment } from '@portolan/node';

/** The longest that an instant of the moved clock may be noticed late, in milliseconds of the real one. */
const lookMs = 5;

/** An environment that lives in the time of an engine. */
export function environmentOf(
  engine: Pick<EngineProcess, 'now'>,
  seed = 1,
): Environment & Disposable & { readonly schedule: Schedule } {
  const clock = { now: () => engine.now() };
  const waiting = new Set<{ readonly at: number; readonly ring: () => void }>();
  const look = setInterval(() => {
    for (const entry of waiting) {
      if (clock.now() < entry.at) continue;
      waiting.delete(entry);
      entry.ring();
    }
  }, lookMs).unref();
  const schedule: Schedule = (at, ring) => {
    const entry = { at, ring };
    waiting.add(entry);
    return () => waiting.delete(entry);
  };
  const environment = nodeEnvironment({ clock, schedule }, { random: seededRandom(seed) });
  return { ...environment, schedule, [Symbol.dispose]: () => clearInterval(look) };
}
