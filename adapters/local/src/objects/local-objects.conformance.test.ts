import { objectsConformance } from '@portolan/conformance';
import { LocalObjectsHarness } from '../testing/local-objects-harness.ts';

objectsConformance({
  adapter: 'localObjects',
  cloud: 'local',
  engine: 'embedded',
  harness: () => LocalObjectsHarness.start(),
});
