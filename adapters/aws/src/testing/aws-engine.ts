import { systemAlarm } from '@portolan/node';
import { nodeEnvironment } from '@portolan/node';
import type { Environment } from '@portolan/kernel';
import { seededRandom } from '@portolan/kernel/testing';
import { clientSettings } from '../clients/settings.ts';

/** Something that answers the SDK, and its idea of time. */
export interface AwsEngine extends AsyncDisposable {
  /** On loopback. */
  readonly port: number;
  /** Milliseconds since 1970. */
  now(): number;
  pass(durationMs: number): Promise<void>;
}

/** The account that every client of tests belongs to. */
export const accountOfTests = '000000000000';

/** The name of a function of tests, as Lambda tells it with each call. */
export const functionArnOf = (name: string): string => `arn:aws:lambda:eu-central-1:${accountOfTests}:function:${name}`;

/** What any SDK client needs to speak to an engine of tests, which looks at no credentials. */
export const clientConfig = ({ port }: Pick<AwsEngine, 'port'>) => ({
  endpoint: `http://127.0.0.1:${port}`,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test', accountId: accountOfTests },
});

/** As clients are by default, but for engines that hundreds of calls at once keep busy, on a machine of two cores. */
export function patient() {
  const settings = clientSettings();
  return {
    ...settings,
    requestHandler: { ...settings.requestHandler, connectionTimeout: 20_000, requestTimeout: 30_000 },
  };
}

/** The environment of adapters whose clock is the engine's. */
export function engineEnvironment(engine: Pick<AwsEngine, 'now'>, seed = 1): Environment {
  const alarm = { ...systemAlarm({ now: () => engine.now() }), clock: { now: () => engine.now() } };
  return nodeEnvironment(alarm, { random: seededRandom(seed) });
}

let services = 0;
/** A service that no other harness of this process has: its resources are its own. */
export const freshService = (): string => `h${++services}`;
