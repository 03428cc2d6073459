import * as z from 'zod';

/** What only the sender may say: it frames the message, signs it, or picks the connection. */
const reserved =
  /^(webhook-.*|host|content-length|content-type|content-encoding|connection|keep-alive|transfer-encoding|te|trailer|upgrade|proxy-.*|expect|user-agent)$/i;
/** Whether a header is the sender's alone to set. Names of headers know no case. */
export const isReservedHeader = (name: string): boolean => reserved.test(name);

/** Headers that a task may add to its webhooks. */
export const Headers = z
  .record(
    z.string(),
    z
      .string()
      .max(4_000)
      .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'expected a header value without line breaks'),
  )
  .superRefine((headers, context) => {
    const names = Object.keys(headers);
    if (names.length > 30) context.addIssue({ code: 'custom', message: 'expected at most 30 headers' });
    for (const name of names) {
      const fault = headerFault(name);
      if (fault !== undefined) context.addIssue({ code: 'custom', path: [name], message: fault });
    }
  });

function headerFault(name: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(name)) return 'expected a header name of 1 to 100 token characters';
  return isReservedHeader(name) ? 'this header is set by the sender' : undefined;
}
