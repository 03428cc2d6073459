import { queueConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { tasksHarness } from '../testing/tasks-harness.ts';

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

queueConformance({
  adapter: 'cloudTasksQueue',
  cloud: 'gcp',
  engine: 'double',
  guarantees: { delay: true, dedupe: true },
  harness: () => tasksHarness(engine),
});
