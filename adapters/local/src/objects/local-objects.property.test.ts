import { objectsModel } from '@portolan/conformance';
import { LocalObjectsHarness } from '../testing/local-objects-harness.ts';

objectsModel({
  adapter: 'localObjects',
  cloud: 'local',
  engine: 'embedded',
  harness: () => LocalObjectsHarness.start(),
});
