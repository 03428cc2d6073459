import { memoryHarness, timerConformance } from '@portolan/conformance';
import { portableHarness } from './testing/index.ts';

const run = { cloud: 'memory', engine: 'reference', guarantees: { prompt: true } } as const;

timerConformance({ ...run, adapter: 'portableTimer', harness: portableHarness(() => memoryHarness()) });
timerConformance({
  ...run,
  adapter: 'portableTimer, without looking ahead',
  // The suite waits for a second where this one is up to a minute late: so it is swept each second.
  harness: portableHarness(() => memoryHarness(), { lookAhead: false, sweepEveryMs: 1_000 }),
  deviations: {
    'fires at their instants timers set further ahead than 32 bits of milliseconds':
      'the suite looks at the very instant; these fire from the next sweep',
  },
});
