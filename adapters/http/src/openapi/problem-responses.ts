import type { AnyOperation } from '@portolan/kernel';
import { problemTypes, problemUri, type HttpProblemKind } from '../problems.ts';
import type { JsonSchema, OpenApiReference, OpenApiResponse } from './document.ts';

/** What every problem looks like. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'A problem as RFC 9457 has it. Branch on `type`, never on the text.',
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Stable name of the kind of problem.' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What happened and what to do about it, for a person.' },
    errors: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        properties: {
          field: { type: 'string', description: 'Where: `body.tasks.3.at`, `query.limit`, `params.id`.' },
          value: { description: 'What was given, shortened; absent where nothing was.' },
          expected: { type: 'string' },
        },
        required: ['field', 'expected'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail'],
  examples: [
    {
      type: problemUri('invalid'),
      title: problemTypes.invalid.title,
      status: 400,
      detail: 'body.at: expected string, received number',
      errors: [{ field: 'body.at', value: 5, expected: 'expected string, received number' }],
    },
  ],
};

/** The problems that an operation may answer, its own and those of any. */
export function problemsOf(operation: AnyOperation): HttpProblemKind[] {
  const kinds = new Set<HttpProblemKind>(['invalid', ...(operation.problems as HttpProblemKind[])]);
  if (operation.body !== undefined) kinds.add('too-large').add('unsupported-media-type');
  kinds.add('internal').add('unavailable');
  return [...kinds].sort((a, b) => problemTypes[a].status - problemTypes[b].status);
}

/** `NotFound`: the name under which a problem's response is shared. */
const responseName = (kind: HttpProblemKind): string =>
  kind.replaceAll(/(?:^|-)([a-z])/g, (_all, letter: string) => letter.toUpperCase());

export const problemReference = (kind: HttpProblemKind): OpenApiReference => ({
  $ref: `#/components/responses/${responseName(kind)}`,
});

/** The shared responses of these kinds, in the order of their status. */
export function problemResponses(kinds: ReadonlySet<HttpProblemKind>): Record<string, OpenApiResponse> {
  const used = (Object.keys(problemTypes) as HttpProblemKind[]).filter((kind) => kinds.has(kind));
  return Object.fromEntries(used.map((kind) => [responseName(kind), responseOf(kind)]));
}

function responseOf(kind: HttpProblemKind): OpenApiResponse {
  const { title, meaning } = problemTypes[kind];
  const waits = kind === 'limited' || kind === 'unavailable';
  const retryAfter = {
    description: 'Seconds to wait before the next attempt.',
    schema: { type: 'integer', minimum: 1 },
  };
  return {
    description: `${title}. ${meaning} \`type\` is \`${problemUri(kind)}\`.`,
    ...(waits ? { headers: { 'Retry-After': retryAfter } } : {}),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
