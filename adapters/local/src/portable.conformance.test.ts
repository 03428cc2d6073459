import { timerConformance } from '@portolan/conformance';
import { portableHarness } from '@portolan/portable/testing';
import { LocalHarness } from './testing/local-harness.ts';

timerConformance({
  adapter: 'portableTimer',
  cloud: 'local',
  engine: 'embedded',
  guarantees: { prompt: true },
  harness: portableHarness(async () => new LocalHarness()),
});
