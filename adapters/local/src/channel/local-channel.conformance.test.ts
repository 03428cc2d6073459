import { channelConformance } from '@portolan/conformance';
import { LocalChannelHarness } from '../testing/local-channel-harness.ts';

channelConformance({
  adapter: 'localChannel',
  cloud: 'local',
  engine: 'embedded',
  guarantees: { slowClients: true },
  harness: () => LocalChannelHarness.start(),
});
