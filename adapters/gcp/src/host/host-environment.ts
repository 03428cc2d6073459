import { nodeEnvironment, type Alarm } from '@portolan/node';
import { googleDialect, jsonLog, logLevel } from '@portolan/node';
import type { Environment } from '@portolan/kernel';
import { tracedLog } from './request-trace.ts';

/** What functions are given: the process's clock, ids and randomness, and a log that Cloud Logging joins to requests. */
export function hostEnvironment(alarm: Alarm, given: Partial<Environment> = {}): Environment {
  const log = tracedLog(given.log ?? jsonLog({ level: logLevel(), dialect: googleDialect }));
  return nodeEnvironment(alarm, { ...given, log });
}
