import { memoryHarness, timerConformance } from '@portolan/conformance';
import { portableHarness } from './testing/index.ts';

const run = { cloud: 'memory', engine: 'reference', guarantees: { prompt: true } } as const;

timerConformance({ ...run, adapter: 'portableTimer', harness: portableHarness(() => memoryHarness()) });
timerConformance({
  ...run,
  adapter: 'portableTimer, without looking ahead',
  // The suite waits for a second where this one is up to a minute late: so it is swept each second.
  harness: portableHarness(() => memoryHarness(), { lookAhead: false, sweepEveryMs: 1_000 }),
});
