import type { ChannelHarness } from './channel/channel-harness.ts';
import { memoryChannelHarness } from './channel/memory-channel-harness.ts';
import type { ConformanceRun } from './harness.ts';
import { memoryHarness } from './memory-harness.ts';
import type { ObjectsHarness } from './objects/objects-harness.ts';

const memory = {
  cloud: 'memory',
  engine: 'reference',
  harness: () => memoryHarness(),
} as const satisfies Partial<ConformanceRun<ObjectsHarness>>;

/** The in-memory reference, held against the suites like any adapter. */
export const memoryRuns = {
  table: {
    ...memory,
    adapter: 'memoryTable',
  },
  queue: { ...memory, adapter: 'memoryQueue', guarantees: { delay: true, ordered: true, dedupe: true } },
  topic: { ...memory, adapter: 'memoryTopic' },
  timer: { ...memory, adapter: 'memoryTimer', guarantees: { prompt: true } },
  objects: { ...memory, adapter: 'memoryObjects' },
} as const satisfies Readonly<Record<string, ConformanceRun<ObjectsHarness>>>;

/** The same of channels, whose engines are held by another harness. */
export const memoryChannelRun = {
  ...memory,
  adapter: 'memoryChannel',
  guarantees: { slowClients: true },
  harness: () => memoryChannelHarness(),
} as const satisfies ConformanceRun<ChannelHarness>;
