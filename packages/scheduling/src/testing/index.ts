export { answered, newReceiver, type Behaviour, type Received, type Receiver } from './receiver.ts';
export { startScheduling, type SchedulingSimulation } from './scheduling-simulation.ts';
