import type { Log, LogFields } from '@portolan/kernel';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { CloudRequestHead } from './request.ts';

const requests = new AsyncLocalStorage<LogFields>();

/** Runs what a request asks for, so that its lines in the log lie with the request's own. */
export function inTraceOf<T>(
  { headers }: Pick<CloudRequestHead, 'headers'>,
  project: string | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const fields = traceFields(headers, project);
  return fields === undefined ? run() : requests.run(fields, run);
}

/** Adds to each line the trace of the request that it was written for. */
export function tracedLog(log: Log): Log {
  const at = (level: keyof Log) => (message: string, fields?: LogFields) =>
    log[level](message, { ...fields, ...requests.getStore() });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * The fields by which Cloud Logging joins lines to a request.
 *
 * @see https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields
 */
export function traceFields(headers: CloudRequestHead['headers'], project: string | undefined): LogFields | undefined {
  const own = /^([0-9a-f]{32})(?:\/|$)/.exec(String(headers['x-cloud-trace-context']))?.[1];
  const trace = own ?? /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(String(headers['traceparent']))?.[1];
  if (trace === undefined || project === undefined) return undefined;
  return { 'logging.googleapis.com/trace': `projects/${project}/traces/${trace}` };
}
