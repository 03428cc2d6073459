import type { SocketSource } from '@portolan/kernel';
import { newWorld } from '@portolan/kernel/testing';
import type { ChannelHarness } from './channel-harness.ts';
import { refusalStatuses } from './opening.ts';

/**
 * The in-memory reference of channels as an engine under test.
 *
 * @param seed - Decides how concurrent calls interleave. @default 1
 */
export async function memoryChannelHarness(seed = 1): Promise<ChannelHarness> {
  const world = newWorld({ seed });
  return {
    open: async (port) => world.open(port),
    serve: (port, sessions) => (world.open(port) as unknown as SocketSource).serve(sessions, { path: '/live' }),
    async dial(port, { query = {}, headers = {} } = {}) {
      const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const dialled = await world.dial(port, { query, headers: lowered });
      if (dialled.kind === 'open') return dialled;
      return { kind: 'refused', status: refusalStatuses[dialled.problem.problem] };
    },
    now: () => world.now(),
    pass: (durationMs) => world.advance(durationMs),
    settle: () => world.advance(0),
    async [Symbol.asyncDispose]() {
      world.crash();
    },
  };
}
