import type { Harness } from '@portolan/conformance';
import type { EngineProcess } from '@portolan/conformance/engine';
import { pubsubHarness } from './pubsub-harness.ts';
import { PushWorld } from './push-world.ts';
import { restOf } from './table-harness.ts';

/** Queues and topics over the doubles, in time that can be moved. */
export function doubledPubsub(engine: EngineProcess): Promise<Harness> {
  const rest = restOf(engine.port, 'v1');
  return pubsubHarness({ pubsub: rest, firestore: rest, time: new PushWorld(engine) });
}
