/** An HTTP request by which a platform hands something to a function. */
export interface PushRequest {
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it came, or parsed from JSON, as the Functions Framework does. */
  readonly body: unknown;
}

/** The body's text, whatever a host has made of it. */
export function bodyText({ body }: PushRequest): string {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  return JSON.stringify(body) ?? '';
}

export function header({ headers }: PushRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** Thrown so that the host answers with an error, and the platform delivers again by its own means. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
}
