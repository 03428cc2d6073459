export { closableAlarm, systemAlarm, type Alarm } from './alarm.ts';
export { decodeCursor, encodeCursor } from './cursor.ts';
export { nodeEnvironment } from './environment.ts';
export { orderedIds } from './ids.ts';
export { googleDialect, jsonLog, logLevel, type LogDialect } from './json-log.ts';
export { keptText } from './kept-text.ts';
export { once } from './once.ts';
export { resourceName } from './resource-name.ts';
export { readRetryAfter } from './retry-after.ts';
