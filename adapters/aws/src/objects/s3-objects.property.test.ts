import { objectsModel } from '@portolan/conformance';
import { eventBridgeDouble } from '../testing/event-bridge-double.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { objectsHarness } from '../testing/s3/objects-harness.ts';
import { s3Double } from '../testing/s3/s3-double.ts';

const queues = await fauxqs();
const events = await eventBridgeDouble(queues);
const s3 = await s3Double({ now: () => queues.now() });
afterAll(async () => {
  for (const engine of [s3, events, queues]) await engine[Symbol.asyncDispose]();
});

objectsModel({
  adapter: 's3Objects',
  cloud: 'aws',
  engine: 'double',
  harness: () => objectsHarness(queues, { s3, events }),
});
