import type { ChannelHarness } from '@portolan/conformance';
import type { EngineProcess } from '@portolan/conformance/engine';
import { closableAlarm, nodeEnvironment, systemAlarm } from '@portolan/node';
import { setTimeout as delay } from 'node:timers/promises';
import type { GoogleEmulator } from '../google-emulator.ts';
import { restOf } from '../table-harness.ts';
import { channelHarness } from './channel-harness.ts';

/** How long the emulator is given to deliver what it has, in milliseconds: its time is real, and it tells nobody. */
const settleMs = 100;
/**
 * A pull of the emulator that waits is not always told of what came: seen under load, where nothing moved for two minutes.
 * So it is asked anew.
 */
const pullMs = 5_000;

/**
 * Channels on instances of this process, which tell each other over Google's emulator of Pub/Sub, in real time: what has to
 * pass is waited out. Peers are asked often whether they live, so that nobody waits long for those that do not.
 *
 * @param tables - The doubles, for the table of connections.
 */
export async function emulatedChannel(
  emulator: GoogleEmulator,
  tables: EngineProcess,
  instanceCount: number,
): Promise<ChannelHarness> {
  const alarm = closableAlarm(systemAlarm());
  const harness = await channelHarness(
    {
      pubsub: restOf(emulator.port, 'v1'),
      firestore: restOf(tables.port, 'v1'),
      environment: nodeEnvironment(alarm),
      alarm,
      heartbeatMs: 1_000,
      pullMs,
      now: () => Date.now(),
      pass: (durationMs) => delay(durationMs + settleMs),
      settle: () => delay(settleMs),
    },
    instanceCount,
  );
  return {
    ...harness,
    patience: 12,
    async [Symbol.asyncDispose]() {
      await harness[Symbol.asyncDispose]();
      alarm.close();
    },
  };
}
