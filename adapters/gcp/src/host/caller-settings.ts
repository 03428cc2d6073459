import { PortError, type ServiceFunction, type Trigger } from '@portolan/kernel';
import { functionUrl, invoker } from '../clients/settings.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Who may hand messages and ticks to a function. */
export interface CallerSettings {
  /** What their tokens are issued for: one of these, letter by letter. At least one. */
  readonly audiences: readonly string[];
  /** The email of the service account in whose name they call. */
  readonly email: string;
  /** Where the certificates are, by which tokens are verified. @default Google's */
  readonly certificatesUrl?: string;
}

/**
 * The settings of a function, from environment variables.
 *
 * - `PORTOLAN_INVOKER`: the email of the service account that Cloud Tasks, Pub/Sub and Cloud Scheduler call in the name of.
 * - `PORTOLAN_AUDIENCE`: what their tokens are issued for; several are separated by spaces. @default the function's URL,
 *   as Cloud Tasks is told it: `PORTOLAN_URL_WAKEUPS` for a queue or timer `wakeups`; for topics, objects and
 *   schedules `PORTOLAN_URL_SWEEP` where the function is called `sweep`; or else `PORTOLAN_URL`
 * - `PORTOLAN_CERTIFICATES_URL`: only where other tokens than Google's are to be believed, as on a developer's machine.
 *
 * @throws {PortError} `invalid` for a variable that is missing or malformed.
 */
export function callerSettings(
  name: string,
  { trigger }: Pick<ServiceFunction, 'trigger'>,
  env: Variables = process.env,
): CallerSettings {
  const email = invoker(env);
  if (email === undefined) {
    throw new PortError(
      'invalid',
      `PORTOLAN_INVOKER must be the email of the service account that calls function "${name}"; ` +
        `or say { callers: 'checked-by-platform' } where IAM lets nobody else call it`,
    );
  }
  const certificatesUrl = env['PORTOLAN_CERTIFICATES_URL'];
  if (certificatesUrl !== undefined && !URL.canParse(certificatesUrl)) {
    throw new PortError('invalid', `PORTOLAN_CERTIFICATES_URL must be a URL, not "${certificatesUrl}"`);
  }
  const audiences = (env['PORTOLAN_AUDIENCE'] ?? '').split(/\s+/).filter((word) => word !== '');
  return {
    email,
    audiences: audiences.length === 0 ? [functionUrl(urlNameOf(name, trigger), env)] : audiences,
    ...(certificatesUrl === undefined ? {} : { certificatesUrl }),
  };
}

/**
 * By what the variable with a function's URL is named: the port that Cloud Tasks may call it for, which knows no functions,
 * or else the function. Of topics and objects several functions may hear.
 */
export function urlNameOf(name: string, trigger: Trigger): string {
  if (trigger.kind !== 'message') return name;
  const { port } = trigger;
  return port.kind === 'queue' || port.kind === 'timer' ? port.name : name;
}
