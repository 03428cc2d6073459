import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { keptText } from '@portolan/local';
import { generateSecret, httpWebhooks } from '@portolan/webhook';
import * as z from 'zod';
import type { MarketSettings } from './market/market-feed.ts';
import { marketSettings, marketVariables } from './market/market-settings.ts';

/** A start that cannot work, told in one sentence for a person. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const flag = z
  .enum(['true', 'false', '1', '0'], 'expected true or false')
  .default('false')
  .transform((text) => text === 'true' || text === '1');

const Environment = z.object({
  // In digits: a blank is no wish for any free port.
  PORT: z
    .string()
    .regex(/^\d+$/, 'expected a port, 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'expected a port, 0 to 65535')
    .default(4_400),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORTOLAN_DATA: z.string().min(1).default('.portolan'),
  PORTOLAN_URL: z
    .url({ protocol: /^https?$/, error: 'expected a URL, https://portolan.example' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  PORTOLAN_ALLOW_PRIVATE: flag,
  PORTOLAN_WEBHOOK_SECRET: z.string().optional(),
  ...marketVariables,
  PORTOLAN_LOG: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
});

export interface Settings {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  /** Where clients reach this platform, without a slash at its end; `undefined` where that is where it listens. */
  readonly publicUrl: string | undefined;
  /** Absolute; exists and can be written. */
  readonly dataFolder: string;
  /** Whether webhooks may go to private addresses; loopback always may on this platform. */
  readonly allowPrivate: boolean;
  /** Standard Webhooks secrets, the first the newest. */
  readonly secrets: readonly string[];
  /** Where prices come from. */
  readonly market: MarketSettings;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

/**
 * Reads every setting once, and makes the data folder and the webhook secret where there is none.
 *
 * @throws {StartError} that names every bad variable, its value and what was expected.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  // A variable that is set to nothing is not set.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}="${shown(String(path[0]), given)}": ${message}`,
    );
    throw new StartError(`Some settings cannot be used. ${faults.join('; ')}.`);
  }
  const { data } = parsed;
  const dataFolder = prepareFolder(data.PORTOLAN_DATA);
  return {
    port: data.PORT,
    host: data.HOST,
    publicUrl: data.PORTOLAN_URL,
    dataFolder,
    allowPrivate: data.PORTOLAN_ALLOW_PRIVATE,
    secrets:
      data.PORTOLAN_WEBHOOK_SECRET === undefined
        ? checkSecrets([keptSecret(dataFolder)], secretFile(dataFolder))
        : checkSecrets(data.PORTOLAN_WEBHOOK_SECRET.trim().split(/\s+/), 'PORTOLAN_WEBHOOK_SECRET'),
    market: marketSettings(data),
    logLevel: data.PORTOLAN_LOG,
  };
}

/** The value of a variable, as messages show it. A URL without what may be a secret in it, be it well-formed or not. */
function shown(name: string, given: Readonly<Record<string, string | undefined>>): string {
  const value = given[name] ?? '';
  if (!name.endsWith('_URL')) return value;
  return value.includes('@') ? value.replace(/^(\w+:\/\/)?.*$/s, '$1…') : value.replace(/([?#]).+$/s, '$1…');
}

function prepareFolder(path: string): string {
  const folder = resolve(path);
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (error) {
    throw new StartError(
      `The data folder ${folder} cannot be written (${(error as NodeJS.ErrnoException).code}); set PORTOLAN_DATA to one that can.`,
      { cause: error },
    );
  }
}

/** Node's own `recursive` never comes back where a file system takes no folders, as that of `/proc`. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    makeFolder(dirname(folder));
    mkdirSync(folder);
  }
}

/** The file that holds the secret which receivers verify webhooks with. */
export const secretFile = (dataFolder: string): string => join(dataFolder, 'webhook-secret');

function keptSecret(dataFolder: string): string {
  const file = secretFile(dataFolder);
  try {
    return keptText(file, generateSecret);
  } catch (error) {
    throw new StartError(
      `The webhook secret ${file} cannot be read or made (${(error as NodeJS.ErrnoException).code}); mend that, or set PORTOLAN_WEBHOOK_SECRET.`,
      { cause: error },
    );
  }
}

/** The adapter knows what a secret looks like, and its message shows none. */
function checkSecrets(secrets: readonly string[], source: string): readonly string[] {
  try {
    httpWebhooks({ secret: secrets });
    return secrets;
  } catch (error) {
    throw new StartError(`${source} cannot be used: ${(error as Error).message}.`, { cause: error });
  }
}
