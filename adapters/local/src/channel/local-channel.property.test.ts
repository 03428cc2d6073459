import { channelModel } from '@portolan/conformance';
import { LocalChannelHarness } from '../testing/local-channel-harness.ts';

channelModel({
  adapter: 'localChannel',
  cloud: 'local',
  engine: 'embedded',
  guarantees: { slowClients: true },
  harness: () => LocalChannelHarness.start(),
});
