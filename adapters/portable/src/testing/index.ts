export { portableHarness, type PortableHarnessOptions } from './portable-harness.ts';
export { portableTimers, portableWorks, type PartEngine } from './portable-timers.ts';
export { beside } from './beside.ts';
