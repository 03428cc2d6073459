import { timerConformance } from '@portolan/conformance';
import { startEngine } from '@portolan/conformance/engine';
import { tasksHarness } from '../testing/tasks-harness.ts';

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

timerConformance({
  adapter: 'cloudTasksTimer',
  cloud: 'gcp',
  engine: 'double',
  guarantees: { prompt: true },
  harness: () => tasksHarness(engine),
});
