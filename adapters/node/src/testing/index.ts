export { VirtualAlarm } from './virtual-alarm.ts';
