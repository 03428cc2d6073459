import type { DueMessage } from '@portolan/portable';
import { createHash } from 'node:crypto';

/** The name of what calls a timer: 43 characters of a-z, A-Z, 0-9, `-` and `_`, which schedules and executions may have. */
export function callName({ bucket, sort, life, resent }: DueMessage): string {
  return createHash('sha256').update([bucket, sort, life, resent].join('/')).digest('base64url');
}
