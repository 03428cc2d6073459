import { allowedOrigin, socketHostConformance } from '@portolan/conformance';
import { LocalHost } from '../testing/local-host.ts';

socketHostConformance({
  adapter: 'openLocal',
  cloud: 'local',
  engine: 'embedded',
  harness: async () => new LocalHost([allowedOrigin]),
});
