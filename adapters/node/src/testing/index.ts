export { EngineAlarm } from './engine-alarm.ts';
export { VirtualAlarm } from './virtual-alarm.ts';
