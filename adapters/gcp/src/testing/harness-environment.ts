import type { Environment } from '@portolan/kernel';
import { seededRandom } from '@portolan/kernel/testing';
import { nodeEnvironment, systemAlarm } from '@portolan/node';

/** The environment of adapters under test: time is the engine's, randomness is the same in each run. */
export function harnessEnvironment(now: () => number): Environment {
  return nodeEnvironment(systemAlarm({ now }), { random: seededRandom(1) });
}

let harnesses = 0;

/** The name of a service that no other harness of this process has, so that each finds an engine without anything of its own. */
export const freshService = (): string => `h${++harnesses}`;
