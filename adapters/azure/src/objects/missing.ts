import { serviceCodeOf, statusOf } from '../errors/port-error-of.ts';

/** For `catch`: a blob that is not there is `undefined`; a container that is not is a fault. */
export function whereMissing(error: unknown): undefined {
  if (statusOf(error) === 404 && serviceCodeOf(error) !== 'ContainerNotFound') return undefined;
  throw error;
}
