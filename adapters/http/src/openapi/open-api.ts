import type { AnyOperation, ReplyKind, Service } from '@portolan/kernel';
import { problemTypes, type HttpProblemKind } from '../problems.ts';
import { replyStatuses } from '../replies.ts';
import { pathOf, routesOf, routeTable, type Mount, type Route } from '../routes.ts';
import { Components } from './components.ts';
import type { JsonSchema, OpenApiDocument, OpenApiOperation, OpenApiParameter, OpenApiResponse } from './document.ts';
import { problemReference, problemResponses, problemSchema, problemsOf } from './problem-responses.ts';

export interface OpenApiInfo {
  readonly title: string;
  /** Of the API, not of OpenAPI. */
  readonly version: string;
  /** Markdown. */
  readonly description?: string;
  /** Where it runs. @default the host that serves the document */
  readonly servers?: readonly { readonly url: string; readonly description?: string }[];
}

/**
 * Describes the operations of services as OpenAPI 3.1. The same services give the same document, byte for byte.
 *
 * @throws {TypeError} for an operation whose schemas are not zod's, or whose params or query are not objects.
 * @throws {RangeError} for two different schemas under one id, and for routes that clash.
 */
export function openApi(services: readonly Service[], info: OpenApiInfo): OpenApiDocument {
  const mounts = services.map((service): Mount => ({
    service,
    call: () => Promise.reject(new TypeError('not callable')),
  }));
  routeTable(mounts);
  const components = new Components();
  components.add('Problem', problemSchema);
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const problems = new Set<HttpProblemKind>();
  for (const route of mounts.flatMap(routesOf)) {
    const methods = (paths[pathOf(route)] ??= {});
    methods[route.operation.method.toLowerCase()] = describe(route, components);
    for (const kind of problemsOf(route.operation)) problems.add(kind);
  }
  const { schemas, settle } = components.finish();
  const { servers, ...rest } = info;
  return {
    openapi: '3.1.0',
    info: rest,
    ...(servers === undefined ? {} : { servers }),
    tags: services.filter(hasOperations).map(({ name }) => ({ name })),
    paths: settle(paths),
    components: { schemas, responses: problemResponses(problems) },
  };
}

const hasOperations = (service: Service): boolean =>
  Object.values(service.functions).some(({ trigger }) => trigger.kind === 'http');

function describe(route: Route, components: Components): OpenApiOperation {
  const { operation, operationName, mount } = route;
  const name = pascal(operationName);
  const parameters = [
    ...parametersOf(operation.params, 'path', `${name}Params`, components),
    ...parametersOf(operation.query, 'query', `${name}Query`, components),
  ];
  const body = operation.body === undefined ? undefined : components.use(operation.body, 'input', `${name}Body`);
  return {
    operationId: `${camel(mount.service.name)}_${operationName}`,
    tags: [mount.service.name],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: isRequired(operation.body), content: { 'application/json': { schema: body } } } }),
    responses: responsesOf(operation, name, components),
  };
}

function responsesOf(operation: AnyOperation, name: string, components: Components): OpenApiOperation['responses'] {
  const replies = Object.entries(operation.replies).map(([kind, schema]) => {
    const reply = replyOf(
      kind as ReplyKind,
      kind === 'empty' ? undefined : components.use(schema, 'output', `${name}Reply`),
    );
    return [String(replyStatuses[kind as ReplyKind]), reply] as const;
  });
  const problems = problemsOf(operation).map(
    (kind) => [String(problemTypes[kind].status), problemReference(kind)] as const,
  );
  return Object.fromEntries([...replies, ...problems]);
}

const replyMeanings: Readonly<Record<ReplyKind, string>> = {
  ok: 'Done.',
  created: 'Made something new.',
  accepted: 'Accepted: it will be done.',
  empty: 'Done, with nothing to show.',
};

function replyOf(kind: ReplyKind, schema: JsonSchema | undefined): OpenApiResponse {
  const location = { description: 'Where the new thing is.', schema: { type: 'string', format: 'uri-reference' } };
  return {
    description: (schema?.['description'] as string | undefined) ?? replyMeanings[kind],
    ...(kind === 'created' ? { headers: { Location: location } } : {}),
    ...(schema === undefined ? {} : { content: { 'application/json': { schema } } }),
  };
}

function parametersOf(
  schema: unknown,
  place: 'path' | 'query',
  name: string,
  components: Components,
): OpenApiParameter[] {
  if (schema === undefined) return [];
  const objects = objectsOf(components.use(schema, 'input', name), components);
  if (objects === undefined) throw new TypeError(`${name}: params and query must be object schemas`);
  return objects.flatMap(({ properties, required }) =>
    Object.entries((properties ?? {}) as Record<string, JsonSchema>).map(([field, property]) => {
      const { description, deprecated, ...rest } = property;
      return {
        name: field,
        in: place,
        required: place === 'path' || ((required ?? []) as string[]).includes(field),
        ...(typeof description === 'string' ? { description } : {}),
        ...(deprecated === true ? { deprecated } : {}),
        schema: rest,
      };
    }),
  );
}

/** The object schemas that a value must all fit: one, or the parts of an intersection. */
function objectsOf(schema: JsonSchema, components: Components): JsonSchema[] | undefined {
  const resolved = components.resolve(schema);
  if (resolved['type'] === 'object') return [resolved];
  if (!Array.isArray(resolved['allOf'])) return undefined;
  const parts = (resolved['allOf'] as JsonSchema[]).map((part) => objectsOf(part, components));
  return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part!);
}

/** zod marks what may be absent. */
const isRequired = (schema: unknown): boolean =>
  (schema as { readonly _zod: { readonly optin?: string } })._zod.optin === undefined;

const pascal = (name: string): string => name.charAt(0).toUpperCase() + camel(name).slice(1);
const camel = (name: string): string => name.replaceAll(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
