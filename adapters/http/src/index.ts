export { maxJsonDepth } from './body.ts';
export type { AllowedOrigins } from './cors.ts';
export { functionApi } from './function-api.ts';
export { httpApi, incomingTrace, type HttpApi, type HttpApiOptions, type RequestMeta } from './http-api.ts';
export type { HttpRequest, HttpResponse } from './message.ts';
export { openApi, type OpenApiInfo } from './openapi/open-api.ts';
export type { OpenApiDocument, OpenApiOperation, OpenApiParameter, OpenApiResponse } from './openapi/document.ts';
export { problemResponse, problemTypes, problemUri, type HttpProblemKind, type ProblemType } from './problems.ts';
export type { Mount } from './routes.ts';
