export { answered, newReceiver, type Behaviour, type Received, type Receiver } from './receiver.ts';
export { startScheduling, type Heard, type SchedulingSimulation } from './scheduling-simulation.ts';
