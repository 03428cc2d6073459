import type { Log, LogFields } from '@portolan/kernel';

/** How a platform reads lines of JSON: under which name it looks for the level, and what it calls each. */
export interface LogDialect {
  readonly levelField: string;
  readonly levels: Readonly<Record<keyof Log, string>>;
}

const plain: LogDialect = {
  levelField: 'level',
  levels: { debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
};

/** @see https://cloud.google.com/logging/docs/structured-logging */
export const googleDialect: LogDialect = {
  levelField: 'severity',
  levels: { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' },
};

const order = ['debug', 'info', 'warn', 'error'] as const;

/**
 * One line of JSON for each event, which every cloud's collector takes apart by itself.
 *
 * @param options.level - The least level that is written. @default 'info'
 * @param options.write - Takes one line without its end. @default the process's standard output
 */
export function jsonLog(
  options: {
    readonly level?: keyof Log;
    readonly dialect?: LogDialect;
    readonly write?: (line: string) => void;
  } = {},
): Log {
  const { level = 'info', dialect = plain, write = (line) => process.stdout.write(`${line}\n`) } = options;
  const at = (own: keyof Log) =>
    order.indexOf(own) < order.indexOf(level)
      ? () => {}
      : (message: string, fields?: LogFields) =>
          write(
            JSON.stringify({
              ...fields,
              [dialect.levelField]: dialect.levels[own],
              time: new Date().toISOString(),
              message,
            }),
          );
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * The level that `PORTOLAN_LOG` asks for.
 *
 * @throws {RangeError} for a level that there is not.
 */
export function logLevel(env: NodeJS.ProcessEnv = process.env): keyof Log {
  const asked = env['PORTOLAN_LOG'] ?? 'info';
  const level = order.find((one) => one === asked);
  if (level === undefined) throw new RangeError(`PORTOLAN_LOG must be one of ${order.join(', ')}, not "${asked}"`);
  return level;
}
