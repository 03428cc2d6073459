import type { BoundFunction, Service } from '@portolan/kernel';
import { httpApi, type HttpApi, type HttpApiOptions } from './http-api.ts';

/**
 * The API of one function of a service: what hosts serve that deploy each function by itself.
 *
 * @param name - Of a function behind HTTP.
 */
export function functionApi(
  service: Service,
  name: string,
  bound: Pick<BoundFunction, 'call'>,
  options: HttpApiOptions,
): HttpApi {
  const alone = { ...service, functions: { [name]: service.functions[name]! } };
  return httpApi([{ service: alone, call: (_name, operation, call) => bound.call(operation, call) }], options);
}
