export { seededRandom } from './random.ts';
export { recordUsage, type PortCall } from './record-usage.ts';
export { simulate, type SimulateOptions, type Simulation } from './simulate.ts';
export { TableState } from './table-state.ts';
export { newWorld, World, type Faults, type WorldOptions } from './world.ts';
