import { tableConformance } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { tableHarness } from '../testing/table-harness.ts';
import { dynaliteDeviations } from '../testing/dynalite-deviations.ts';

const engine = await dynalite();
afterAll(() => engine[Symbol.asyncDispose]());

tableConformance({
  adapter: 'dynamodbTable',
  cloud: 'aws',
  engine: 'emulator',
  harness: () => tableHarness(engine),
  deviations: dynaliteDeviations,
});
