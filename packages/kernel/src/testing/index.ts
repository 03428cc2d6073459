export type { MemoryDialled } from './memory-channel.ts';
export type { MemoryClient } from './memory-socket.ts';
export { ObjectsState, type HeldObject, type Written } from './objects-state.ts';
export { seededRandom } from './random.ts';
export { recordUsage, type PortCall } from './record-usage.ts';
export type { LinkRequest, LinkResponse } from './signed-links.ts';
export { simulate, type SimulateOptions, type Simulation } from './simulate.ts';
export { TableState } from './table-state.ts';
export { newWorld, World, type Faults, type WorldOptions } from './world.ts';
