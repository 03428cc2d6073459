import type { Harness } from '@portolan/conformance';
import type { EngineProcess } from '@portolan/conformance/engine';
import { seededRandom } from '@portolan/kernel/testing';
import { closableAlarm, nodeEnvironment, systemAlarm } from '@portolan/node';
import { setTimeout as delay } from 'node:timers/promises';
import type { GoogleEmulator } from './google-emulator.ts';
import { pubsubHarness } from './pubsub-harness.ts';
import { restOf } from './table-harness.ts';

/** How long the emulator is given to push what it has, in milliseconds: its time is real, and it tells nobody. */
const settleMs = 150;

/**
 * Queues and topics over Google's emulator of Pub/Sub, in real time: what has to pass is waited out.
 *
 * @param tables - The doubles, for the tables of dead letters.
 */
export async function emulatedPubsub(emulator: GoogleEmulator, tables: EngineProcess): Promise<Harness> {
  const alarm = closableAlarm(systemAlarm());
  const harness = await pubsubHarness({
    pubsub: restOf(emulator.port, 'v1'),
    firestore: restOf(tables.port, 'v1'),
    time: {
      environment: nodeEnvironment(alarm, { random: seededRandom(1) }),
      alarm,
      now: () => Date.now(),
      pass: (durationMs) => delay(durationMs + settleMs),
      settle: () => delay(settleMs),
    },
  });
  return {
    ...harness,
    patience: 24,
    async [Symbol.asyncDispose]() {
      alarm.close();
      await harness[Symbol.asyncDispose]();
    },
  };
}
