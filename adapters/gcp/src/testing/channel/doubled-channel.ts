import type { ChannelHarness } from '@portolan/conformance';
import type { EngineProcess } from '@portolan/conformance/engine';
import { PushWorld } from '../push-world.ts';
import { restOf } from '../table-harness.ts';
import { channelHarness } from './channel-harness.ts';

/** Looks at engine and clients without any change, after which nothing goes on. */
const quietLooks = 3;
/** Looks at most. */
const maxLooks = 500;

/** Channels on instances of this process, which tell each other over the doubles; in time that can be moved. */
export function doubledChannel(engine: EngineProcess, instanceCount: number): Promise<ChannelHarness> {
  const world = new PushWorld(engine);
  const rest = restOf(engine.port, 'v1');
  return channelHarness(
    {
      pubsub: rest,
      firestore: rest,
      environment: world.environment,
      alarm: world.alarm,
      now: () => world.now(),
      pass: (durationMs) => world.pass(durationMs),
      async settle(events) {
        for (let looks = 0, quiet = 0, seen = -1; quiet < quietLooks && looks < maxLooks; looks++) {
          await world.settle();
          const now = events() + (await world.changes());
          quiet = now === seen ? quiet + 1 : 0;
          seen = now;
        }
      },
    },
    instanceCount,
  );
}
