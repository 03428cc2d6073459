import type { Service } from '@portolan/kernel';
import { urlNameOf } from '../../host/caller-settings.ts';

/** Of everything that is deployed to the engine. */
export const project = 'portolan-test';
export const location = 'europe-west1';
/** The service account in whose name functions are called. */
export const invoker = `invoker@${project}.iam.gserviceaccount.com`;

/** The environment variables by which functions find the engine of host-engine.ts, and believe its tokens. */
export async function engineSettings(port: number): Promise<Readonly<Record<string, string>>> {
  const emulator = `127.0.0.1:${port}`;
  const answer = await fetch(`http://${emulator}/double/certificates`);
  const { url } = (await answer.json()) as { readonly url: string };
  return {
    GOOGLE_CLOUD_PROJECT: project,
    GOOGLE_CLOUD_REGION: location,
    FIRESTORE_EMULATOR_HOST: emulator,
    PUBSUB_EMULATOR_HOST: emulator,
    CLOUD_TASKS_EMULATOR_HOST: emulator,
    STORAGE_EMULATOR_HOST: emulator,
    IAM_CREDENTIALS_EMULATOR_HOST: emulator,
    PORTOLAN_INVOKER: invoker,
    PORTOLAN_CERTIFICATES_URL: url,
  };
}

/** The variables that say where functions are called: by the ports that Cloud Tasks calls for, or else by their names. */
export function urlVariables(
  service: Service,
  urls: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(service.functions).map(([name, { trigger }]) => {
    return [`PORTOLAN_URL_${urlNameOf(name, trigger).toUpperCase().replaceAll('-', '_')}`, urls[name]!] as const;
  });
  return Object.fromEntries(entries);
}
