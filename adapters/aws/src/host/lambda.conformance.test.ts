import { hostConformance } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { eventBridgeDouble } from '../testing/event-bridge-double.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { LambdaHost } from '../testing/lambda-host.ts';

const [tables, queues] = await Promise.all([dynalite(), fauxqs()]);
const events = await eventBridgeDouble(queues);
afterAll(async () => {
  for (const engine of [events, queues, tables]) await engine[Symbol.asyncDispose]();
});

hostConformance({
  adapter: 'lambda',
  cloud: 'aws',
  engine: 'emulator',
  harness: async () => new LambdaHost({ tables, queues, events }),
});
