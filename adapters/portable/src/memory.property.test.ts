import { memoryHarness, timerModel } from '@portolan/conformance';
import { portableHarness } from './testing/index.ts';

timerModel({
  adapter: 'portableTimer',
  cloud: 'memory',
  engine: 'reference',
  guarantees: { prompt: true },
  harness: portableHarness(() => memoryHarness()),
});
