export { portableTimer, type PortableTimerOptions } from './timer/portable-timer.ts';
export { atPort, duePort, type DueMessage, type TimerTable } from './timer/rows.ts';
export { openWakingTimer, type DueCall, type Waker, type WakingWorks } from './timer/waking-timer.ts';
export {
  portableTimerFacts,
  portableTimerOperations,
  type PortableTimerParts,
  type TimerFacts,
} from './timer-facts.ts';
