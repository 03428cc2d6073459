import { hostConformance } from '@portolan/conformance';
import { LocalHost } from '../testing/local-host.ts';

hostConformance({ adapter: 'openLocal', cloud: 'local', engine: 'embedded', harness: async () => new LocalHost() });
