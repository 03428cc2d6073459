import type { Bindings } from '@portolan/composition';
import type { Service } from '@portolan/kernel';
import {
  localChannel,
  localObjects,
  localQueue,
  localTable,
  localTimer,
  localTopic,
  type LocalPlatform,
  type LocalService,
} from '@portolan/local';
import { gzip } from '@portolan/node';
import { pricingService } from '@portolan/pricing';
import { scheduling } from '@portolan/scheduling';
import { httpWebhooks } from '@portolan/webhook';
import type { Settings } from './settings.ts';

/** A service, and how it is run here. */
export interface LocalRoot {
  readonly service: Service;
  run(platform: LocalPlatform): Promise<LocalService>;
}

/** What this platform runs: each service with the adapters behind its ports. `nx g @portolan/nx:domain` adds to the list. */
export const localRoots = (settings: Settings): readonly LocalRoot[] => [
  root(scheduling, {
    tasks: localTable(),
    groups: localTable(),
    'dead-letters': localTable(),
    stats: localTable(),
    wakeups: localTimer(),
    events: localTopic(),
    webhooks: httpWebhooks({ secret: settings.secrets, allowLoopback: true, allowPrivate: settings.allowPrivate }),
  }),
  root(pricingService({}, gzip), {
    products: localTable(),
    tickers: localTable(),
    trades: localTable(),
    claims: localTable(),
    summaries: localTable(),
    marks: localTable(),
    retirements: localTable(),
    feeds: localTable(),
    archive: localObjects(),
    rebuilds: localQueue(),
    revisions: localTopic(),
    live: localChannel(),
  }),
];

/** Binds a service to this platform; one that misses a port does not compile. */
function root<const S extends Service>(service: S, bindings: Bindings<S, 'local'>): LocalRoot {
  return { service, run: (platform) => platform.run(service, bindings) };
}
