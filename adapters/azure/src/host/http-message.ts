import type { HttpRequest as FunctionsRequest, HttpResponseInit } from '@azure/functions';
import type { HttpRequest, HttpResponse } from '@portolan/http';

/** The parts of the library's request that are read. */
export type IncomingRequest = Pick<FunctionsRequest, 'method' | 'url' | 'headers' | 'body' | 'arrayBuffer'>;

/**
 * The request that the Functions host handed over, its body read once, as bytes.
 *
 * The host has decoded the path and encoded it again: `%2F` stays, and what an encoded `%` makes of the two characters
 * after it is read as an escape (`%2541` arrives as `%41`). It joins headers that were sent more than once with commas, and
 * hands over a body only where the request says its length, not one sent in chunks.
 *
 * @see https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs
 */
export async function requestOf(request: IncomingRequest): Promise<HttpRequest> {
  const { method, url, headers } = request;
  const target = url.slice(url.indexOf('/', url.indexOf('://') + 3));
  const mark = target.indexOf('?');
  return {
    method,
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    headers: Object.fromEntries(headers),
    body: request.body === null ? undefined : new Uint8Array(await request.arrayBuffer()),
  };
}

/** The answer as the library takes it; text, bytes and nothing stay what they are. */
export function responseOf({ status, headers, body }: HttpResponse): HttpResponseInit {
  return { status, headers: { ...headers }, ...(body === undefined ? {} : { body }) };
}
