import type { Answer } from './exchange.ts';

const maxChars = 500;
const textTypes =
  /^(?:text\/|application\/(?:[a-z0-9.+-]*\+)?(?:json|xml|problem)\b|application\/x-www-form-urlencoded\b)/i;

// eslint-disable-next-line no-control-regex -- terminals and logs must not be steered by what a receiver writes
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** The start of an answer for a person to read: at most 500 characters; empty where it is not text. */
export function excerptOf({ headers, body }: Answer): string {
  const type = headers['content-type'];
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return '';
  if (type !== undefined && !textTypes.test(type)) return '';
  // Four bytes for each character at most; the last one may be cut, so it is not insisted on.
  const text = new TextDecoder().decode(body.subarray(0, maxChars * 4)).slice(0, maxChars);
  if (type === undefined && text.includes('\uFFFD')) return '';
  return text.toWellFormed().replaceAll(controls, ' ').trim();
}
