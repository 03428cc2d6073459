import { visibilityOf, type Source } from '@portolan/kernel';
import { newWorld } from '@portolan/kernel/testing';
import type { ObjectsHarness } from './objects/objects-harness.ts';

/**
 * The in-memory reference as an engine under test.
 *
 * @param seed - Decides how concurrent calls interleave. @default 1
 */
export async function memoryHarness(seed = 1): Promise<ObjectsHarness> {
  const world = newWorld({ seed });
  return {
    open: async (port) => world.open(port),
    consume: (port, consumer, options) =>
      (world.open(port) as unknown as Source).consume(consumer, {
        batchSize: 1,
        visibilityMs: visibilityOf(port),
        subscription: 'consumer',
        filter: {},
        ...options,
      }),
    now: () => world.now(),
    pass: (durationMs) => world.advance(durationMs),
    settle: () => world.advance(0),
    request: (url, init) => world.request(url, init),
    restart: async () => world.crash(),
    async [Symbol.asyncDispose]() {
      world.crash();
    },
  };
}
