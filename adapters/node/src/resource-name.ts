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
