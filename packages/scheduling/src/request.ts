import { problem, utf8Bytes, type Problem } from '@portolan/kernel';
import * as z from 'zod';
import { Headers } from './headers.ts';
import { maxTopicPayloadBytes } from './ports.ts';
import { cronFault, gapPolicies, nextOccurrence, overlapPolicies } from './recurrence.ts';
import { lastInstant } from './iso.ts';
import { catchUpPolicies, concurrencyPolicies, type Schedule } from './task.ts';
import { timeZone } from './wall-clock.ts';

const dayMs = 86_400_000;
/** How far ahead a task may be scheduled: ten years, leap days included. */
export const horizonMs = 3_653 * dayMs;

/** An id that a client may choose: fits a URL segment, a key of any table, and a log line. */
export const Id = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._~:-]{0,127}$/,
    'expected 1 to 128 of A-Z a-z 0-9 . _ ~ : - starting with a letter or digit',
  )
  .meta({ example: 'invoice-2026-0017' });

const upTo = 'expected an instant up to the year 9999, in UTC';
/** An instant: ISO 8601 with an offset or Z, or milliseconds since 1970. */
export const Instant = z
  .union(
    [
      z.iso
        .datetime({ offset: true })
        .transform((text) => Date.parse(text))
        .refine((at) => at <= lastInstant, upTo),
      z.int().min(0).max(lastInstant, upTo),
    ],
    {
      error: 'expected an ISO 8601 date-time with an offset or Z ("2026-12-24T18:00:00Z"), or milliseconds since 1970',
    },
  )
  .meta({ example: '2026-12-24T18:00:00Z' });

const rangeOf = (min: number, max: number): string => `expected whole milliseconds from ${min} to ${max}`;
const durationMs = (min: number, max: number) =>
  z.int(rangeOf(min, max)).min(min, rangeOf(min, max)).max(max, rangeOf(min, max));

const WebhookUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
  .max(2_000)
  .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), 'expected a URL without user name and password');

export const Target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), url: WebhookUrl, headers: Headers.optional() }),
  z.strictObject({ kind: z.literal('topic'), type: Id.describe('The type of the event to publish') }),
]);

export const Retry = z.strictObject({
  maxAttempts: z.int().min(1).max(20).default(8),
  baseMs: durationMs(1, dayMs).default(1_000),
  capMs: durationMs(1, 7 * dayMs).default(3_600_000),
});

const CatchUp = z.strictObject({
  policy: z.enum(catchUpPolicies).default('latest'),
  windowMs: durationMs(0, 366 * dayMs)
    .default(dayMs)
    .describe('Occurrences older than this are never caught up on'),
});

/** When: exactly one of `at`, `delayMs`, `cron`, `everyMs`. */
const when = {
  at: Instant.optional().describe('Run once at this instant; one in the past runs at once'),
  delayMs: durationMs(0, horizonMs).optional().describe('Run once after this many milliseconds'),
  cron: z
    .string()
    .max(200)
    .optional()
    .describe('Cron pattern of 5, 6 (seconds first) or 7 (year last) fields, or a nickname such as @daily')
    .meta({ example: '0 30 9 * * MON-FRI' }),
  everyMs: durationMs(100, horizonMs).optional().describe('Run at a steady interval, at least 100 ms'),
  timeZone: z
    .string()
    .max(64)
    .optional()
    .describe('IANA time zone of a cron pattern; UTC by default')
    .meta({ example: 'Europe/Berlin' }),
  gap: z
    .enum(gapPolicies)
    .optional()
    .describe(
      'When the wall time of a run is skipped: no run that day | the first instant after the gap | as much later. Default: next',
    ),
  overlap: z.enum(overlapPolicies).optional().describe('When the wall time of a run comes twice. Default: first'),
  startAt: Instant.optional().describe('No occurrence before this instant; anchors an interval'),
  until: Instant.optional().describe('No occurrence after this instant'),
  count: z.int().min(1).max(1_000_000).optional().describe('Occurrences at most'),
};

const how = {
  target: Target,
  payload: z
    .unknown()
    .optional()
    .describe('Any JSON; delivered as it is, but for integers beyond 2^53, which lose digits'),
  retry: Retry.optional(),
  timeoutMs: durationMs(100, 60_000).optional().describe('For one webhook exchange. Default: 15 s'),
  flexibleWindowMs: durationMs(0, dayMs)
    .optional()
    .describe('Spreads starts evenly over this long after each occurrence. Default: 0'),
  catchUp: CatchUp.optional().describe('What to do with occurrences missed by more than a minute'),
  concurrency: z
    .enum(concurrencyPolicies)
    .optional()
    .describe('What to do with an occurrence while an earlier run is open. Default: allow'),
};

export const NewTask = z
  .strictObject({
    id: Id.optional().describe('Makes creating idempotent; made up where absent'),
    group: Id.optional().describe('Default: "default"'),
    ...when,
    ...how,
  })
  .meta({ id: 'NewTask' });
export type NewTask = z.infer<typeof NewTask>;

export const TaskChange = z
  .strictObject({
    ...when,
    ...how,
    target: Target.optional(),
    paused: z.boolean().optional().describe('Pauses or resumes the task'),
  })
  .meta({ id: 'TaskChange' });
export type TaskChange = z.infer<typeof TaskChange>;

export const PreviewRequest = z
  .strictObject({
    cron: when.cron,
    everyMs: when.everyMs,
    timeZone: when.timeZone,
    gap: when.gap,
    overlap: when.overlap,
    from: Instant.optional().describe('Runs after this instant. Default: now'),
    until: when.until,
    count: z.int().min(1).max(1_000).default(5).describe('Runs to show'),
  })
  .meta({ id: 'PreviewRequest' });
export type PreviewRequest = z.infer<typeof PreviewRequest>;

type When = Pick<NewTask, keyof typeof when>;

const invalid = (field: string, value: unknown, expected: string): Problem<'invalid'> =>
  problem('invalid', `${field}: ${expected}`, {
    errors: [{ field, ...(value === undefined ? {} : { value }), expected }],
  });

/** Whether a change says anything about when. */
export const saysWhen = (request: object): boolean =>
  Object.keys(when).some((field) => (request as Record<string, unknown>)[field] !== undefined);

/**
 * The schedule that a request asks for, or the problem with it. Everything a schema cannot tell is checked here: that
 * exactly one kind is named, that options belong to it, that the instant lies within the horizon.
 */
export function readSchedule(request: When, now: number, prefix = 'body'): Schedule | Problem<'invalid'> {
  const kinds = (['at', 'delayMs', 'cron', 'everyMs'] as const).filter((field) => request[field] !== undefined);
  if (kinds.length !== 1) {
    const given = kinds.length === 0 ? 'none' : kinds.join(' and ');
    return invalid(
      `${prefix}.${kinds[1] ?? 'at'}`,
      kinds[1] && request[kinds[1]],
      `expected exactly one of at, delayMs, cron, everyMs; ${given} given`,
    );
  }
  const [kind] = kinds as ['at' | 'delayMs' | 'cron' | 'everyMs'];
  const recurring = kind === 'cron' || kind === 'everyMs';
  const stray = (['timeZone', 'gap', 'overlap'] as const).find(
    (field) => kind !== 'cron' && request[field] !== undefined,
  );
  if (stray !== undefined) return invalid(`${prefix}.${stray}`, request[stray], 'goes with cron only');
  const bound = (['startAt', 'until', 'count'] as const).find((field) => !recurring && request[field] !== undefined);
  if (bound !== undefined) return invalid(`${prefix}.${bound}`, request[bound], 'goes with cron or everyMs only');
  if (!recurring) {
    const at = request.at ?? now + request.delayMs!;
    if (at > now + horizonMs)
      return invalid(`${prefix}.${kind}`, request[kind], 'expected an instant at most 10 years ahead');
    return { kind: 'once', at };
  }
  return readRecurring(request, now, prefix);
}

function readRecurring(request: When, now: number, prefix: string): Schedule | Problem<'invalid'> {
  const { cron, everyMs, startAt, until, count } = request;
  const bounds = {
    notBefore: startAt ?? now,
    ...(until === undefined ? {} : { until }),
    ...(count === undefined ? {} : { count }),
  };
  if (startAt !== undefined && startAt > now + horizonMs)
    return invalid(`${prefix}.startAt`, startAt, 'expected an instant at most 10 years ahead');
  if (everyMs !== undefined) return { kind: 'interval', everyMs, anchor: startAt ?? now + everyMs, ...bounds };
  const fault = cronFault(cron!);
  if (fault !== undefined) return invalid(`${prefix}.cron`, cron, `expected a cron pattern: ${fault}`);
  const zone = request.timeZone ?? 'UTC';
  if (timeZone(zone) === undefined)
    return invalid(`${prefix}.timeZone`, zone, 'expected an IANA time zone, such as Europe/Berlin');
  const schedule: Schedule = {
    kind: 'cron',
    pattern: cron!,
    timeZone: zone,
    gap: request.gap ?? 'next',
    overlap: request.overlap ?? 'first',
    ...bounds,
  };
  const first = nextOccurrence(schedule, Math.max(now, bounds.notBefore - 1));
  if (first === undefined) return invalid(`${prefix}.cron`, cron, 'expected a pattern that still comes to pass');
  if (first > now + horizonMs)
    return invalid(`${prefix}.cron`, cron, 'expected a first occurrence at most 10 years ahead');
  return schedule;
}

/** @returns The problem with a payload that its target cannot carry. */
export function payloadProblem(
  target: z.infer<typeof Target>,
  payload: unknown,
  prefix = 'body',
): Problem<'too-large'> | undefined {
  if (target.kind !== 'topic' || payload === undefined) return undefined;
  const sizeBytes = utf8Bytes(JSON.stringify(payload));
  if (sizeBytes <= maxTopicPayloadBytes) return undefined;
  return problem(
    'too-large',
    `${prefix}.payload has ${sizeBytes} bytes; a topic carries at most ${maxTopicPayloadBytes}`,
    {
      errors: [{ field: `${prefix}.payload`, expected: `at most ${maxTopicPayloadBytes} bytes of JSON` }],
    },
  );
}

/** Settings that a request leaves open. */
export function withDefaults(
  request: Pick<NewTask, 'retry' | 'timeoutMs' | 'flexibleWindowMs' | 'catchUp' | 'concurrency'>,
) {
  return {
    retry: request.retry ?? { maxAttempts: 8, baseMs: 1_000, capMs: 3_600_000 },
    timeoutMs: request.timeoutMs ?? 15_000,
    flexibleWindowMs: request.flexibleWindowMs ?? 0,
    catchUp: request.catchUp ?? { policy: 'latest' as const, windowMs: dayMs },
    concurrency: request.concurrency ?? ('allow' as const),
  };
}
