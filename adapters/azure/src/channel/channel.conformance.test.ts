import { channelConformance } from '@portolan/conformance';
import { ChannelHarness } from '../testing/channel-harness.ts';

const statuses =
  'Web PubSub says of 4xx alone that clients are answered with it; what it makes of a 5xx is its own (500 in the double)';

channelConformance({
  adapter: 'webPubSubChannel',
  cloud: 'azure',
  engine: 'double',
  harness: () => ChannelHarness.start(),
  deviations: {
    'answers a client with 503 that is refused as unavailable': statuses,
    'answers with 503 where the function fails': statuses,
    'answers with 503 where the function names a group that cannot be': statuses,
    'answers a welcome into fifty-one groups with 503': statuses,
    'lets a connection be in fifty groups, and in no more':
      'Web PubSub lets a connection be in any number of groups, and has no request that counts them',
  },
});
