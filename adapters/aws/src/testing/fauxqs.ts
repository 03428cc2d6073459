import { startEngine } from '@portolan/conformance/engine';
import type { AwsEngine } from './aws-engine.ts';

/** SQS and SNS as fauxqs reads them. */
export function fauxqs(): Promise<AwsEngine> {
  return startEngine(new URL('./fauxqs-engine.ts', import.meta.url));
}
