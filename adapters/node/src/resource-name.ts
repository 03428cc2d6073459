import { createHash } from 'node:crypto';

/**
 * What the thing behind a port is called in its cloud: `scheduling-wakeups`, or `staging-scheduling-wakeups-dead`. The
 * same for adapters, for whatever creates the things, and for every cloud, so that none has to be told.
 *
 * @param part - Where a port needs more than one: `dead`, a subscription's name.
 * @param env - `PORTOLAN_STAGE` is put before every name, so that several deployments can share an account: 1 to 20 of
 *   a-z, 0-9 and `-`, a letter first. @default no stage
 * @throws {RangeError} for a malformed stage.
 */
export function resourceName(
  service: string,
  port: string,
  part?: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const stage = env['PORTOLAN_STAGE'];
  if (stage !== undefined && !/^[a-z][a-z0-9-]{0,19}$/.test(stage)) {
    throw new RangeError(`PORTOLAN_STAGE must be 1 to 20 of a-z, 0-9 and "-", starting with a letter, not "${stage}"`);
  }
  return [stage, service, port, part].filter((name) => name !== undefined).join('-');
}

/**
 * A name that a service does not take as it is: cut, with digits of a hash behind it, so that no two names become one.
 *
 * @param fitting - The name in what letters the service takes.
 * @param whole - The name as it is.
 * @param options.joint - Between the two. @default '-'
 * @param options.digits - Hexadecimal ones, of the hash. @default 8
 */
export function cutName(
  fitting: string,
  whole: string,
  maxLength: number,
  { joint = '-', digits = 8 }: { readonly joint?: string; readonly digits?: number } = {},
): string {
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, digits);
  const start = fitting.slice(0, maxLength - joint.length - digits).replace(/[-_]+$/, '');
  return `${start}${joint}${hash}`;
}
