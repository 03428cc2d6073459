import { tableConformance, tableModel, type ConformanceRun } from '@portolan/conformance';
import { moto } from '../testing/moto.ts';
import { oneAtATime } from '../testing/one-at-a-time.ts';
import { tableHarness } from '../testing/table-harness.ts';

// DynamoDB has no say in when something has expired: the adapter has, by its own clock.
const engine = { ...(await oneAtATime(await moto({ ahead: true }))), timeToLive: true };
afterAll(() => engine[Symbol.asyncDispose]());

const run = {
  adapter: 'dynamodbTable',
  cloud: 'aws',
  engine: 'emulator',
  found: 'moto',
  harness: () => tableHarness(engine),
} satisfies ConformanceRun;

tableConformance(run);
tableModel(run);
