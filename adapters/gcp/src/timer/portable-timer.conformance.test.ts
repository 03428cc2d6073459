import { timerConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { beside, portableHarness } from '@portolan/portable/testing';
import { tableHarness } from '../testing/table-harness.ts';
import { tasksHarness } from '../testing/tasks-harness.ts';

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

timerConformance({
  adapter: 'portableTimer',
  cloud: 'gcp',
  engine: 'double',
  guarantees: { prompt: true },
  harness: portableHarness(async () => beside(tableHarness(engine, true), await tasksHarness(engine))),
});
