import { PortError } from '@portolan/kernel';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The project that everything lies in: `GOOGLE_CLOUD_PROJECT`, which Google's build and deployment tools set.
 *
 * @throws {PortError} `invalid` where it is not set, or malformed.
 * @see https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin
 */
export function projectId(env: Variables = process.env): string {
  return setting(env, 'GOOGLE_CLOUD_PROJECT', /^[a-z][a-z0-9.:-]{4,80}$/, 'the id of a project');
}

/**
 * The region of Cloud Tasks' queues: `GOOGLE_CLOUD_REGION`, which deployments set.
 *
 * @throws {PortError} `invalid` where it is not set, or malformed.
 */
export function region(env: Variables = process.env): string {
  return setting(env, 'GOOGLE_CLOUD_REGION', /^[a-z]+-[a-z]+\d+$/, 'a region, as "europe-west1"');
}

/**
 * Where an API is reached.
 *
 * @param variable - Names an emulator's `host:port`, as `FIRESTORE_EMULATOR_HOST`; unset in production.
 * @param host - Of production.
 */
export function apiBase(variable: string, host: string, version: string, env: Variables = process.env): string {
  const emulator = env[variable];
  if (emulator === undefined || emulator === '') return `https://${host}/${version}/`;
  if (/^[\w.[\]:-]+:\d+$/.test(emulator)) return `http://${emulator}/${version}/`;
  throw new PortError('invalid', `${variable} must be "host:port", not "${emulator}"`);
}

/**
 * Where Cloud Tasks calls the function of a port: `PORTOLAN_URL_WAKEUPS` for the port `wakeups`, or else `PORTOLAN_URL`,
 * where one deployment serves every function.
 *
 * @throws {PortError} `invalid` where neither is set, or what is set is no URL.
 */
export function functionUrl(port: string, env: Variables = process.env): string {
  const own = `PORTOLAN_URL_${port.toUpperCase().replaceAll('-', '_')}`;
  const url = env[own] ?? env['PORTOLAN_URL'];
  if (url !== undefined && URL.canParse(url) && /^https?:/.test(url)) return url;
  throw new PortError('invalid', `${own} or PORTOLAN_URL must be the URL of the function, not ${JSON.stringify(url)}`);
}

/**
 * The service account in whose name functions are called: `PORTOLAN_INVOKER`, its email; unset, calls carry no token.
 *
 * @throws {PortError} `invalid` for what is no email address.
 */
export function invoker(env: Variables = process.env): string | undefined {
  const email = env['PORTOLAN_INVOKER'];
  if (email === undefined || /^[^@\s]+@[^@\s]+$/.test(email)) return email;
  throw new PortError('invalid', `PORTOLAN_INVOKER must be the email of a service account, not "${email}"`);
}

function setting(env: Variables, name: string, form: RegExp, what: string): string {
  const value = env[name];
  if (value !== undefined && form.test(value)) return value;
  throw new PortError('invalid', `${name} must be ${what}, not ${JSON.stringify(value)}`);
}
