import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { problemTypes, type HttpProblemKind, type OpenApiDocument } from '@portolan/http';
import sirv from 'sirv';
import { version } from './version.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const security = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const;
const consolePolicy =
  "default-src 'self'; img-src 'self' data:; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Everything besides the API: health, the API's description and its reference, problem types, the console. */
export function sitePages(document: OpenApiDocument): Handler {
  const description = JSON.stringify(document, null, 2);
  const started = process.hrtime.bigint();
  const explorer = join(
    dirname(createRequire(import.meta.filename).resolve('openapi-explorer/package.json')),
    'dist/browser',
  );
  const files = consoleFiles();
  const exact: Readonly<Record<string, Handler>> = {
    '/healthz': json(() =>
      JSON.stringify({
        status: 'ok',
        version,
        uptimeSeconds: Number((process.hrtime.bigint() - started) / 1_000_000_000n),
      }),
    ),
    '/openapi.json': json(() => description),
    '/docs': page('text/html; charset=utf-8', reference),
    '/docs/reference.js': page('text/javascript; charset=utf-8', referenceScript),
  };
  const library = sirv(explorer, { etag: true, maxAge: 3_600 });
  return (request, response) => {
    // Whoever goes through a proxy may name the host, too.
    request.url = (request.url ?? '/').replace(/^https?:\/\/[^/?]*\/?/i, '/');
    const path = request.url.split('?')[0]!.replace(/(?<=.)\/$/, '');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, 'text/plain', 'Only GET and HEAD.', { allow: 'GET, HEAD' });
    const handler = exact[path];
    if (handler !== undefined) return handler(request, response);
    if (path.startsWith('/problems/')) return problemPage(path.slice('/problems/'.length), response);
    if (path === '/docs/openapi-explorer.min.js') {
      request.url = '/openapi-explorer.min.js';
      return library(request, response, () => notFound(response));
    }
    return files(request, response);
  };
}

const json =
  (body: () => string): Handler =>
  (_request, response) =>
    send(response, 200, 'application/json', body(), { 'cache-control': 'no-cache' });
const page =
  (type: string, body: string): Handler =>
  (_request, response) =>
    send(response, 200, type, body, {
      'content-security-policy':
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    });

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...security,
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

const notFound = (response: ServerResponse): void =>
  send(response, 404, 'text/plain; charset=utf-8', 'There is no such page.\n');

function problemPage(kind: string, response: ServerResponse): void {
  if (!Object.hasOwn(problemTypes, kind)) return notFound(response);
  const { status, title, meaning } = problemTypes[kind as HttpProblemKind];
  send(response, 200, 'text/plain; charset=utf-8', `${title} (HTTP ${status})\n\n${meaning}\n`);
}

/** The console as it was built ahead: beside this source, or beside the bundle. */
function consoleFiles(): Handler {
  const candidates = ['../../console/dist', '../../../apps/console/dist', 'console'].map((path) =>
    join(import.meta.dirname, path),
  );
  const folder = candidates.find((candidate) => existsSync(join(candidate, 'index.html')));
  if (folder === undefined) {
    return (request, response) =>
      request.url === '/'
        ? send(
            response,
            200,
            'text/plain; charset=utf-8',
            'The console is not built yet: run `npm run build`. The API reference is at /docs.\n',
          )
        : notFound(response);
  }
  const serve = sirv(folder, {
    etag: true,
    setHeaders(response, path) {
      for (const [name, value] of Object.entries(security)) response.setHeader(name, value);
      response.setHeader('content-security-policy', consolePolicy);
      // Names of built assets carry a hash of their content.
      response.setHeader(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  return (request, response) => serve(request, response, () => notFound(response));
}

const reference = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Portolan API</title>
    <script type="module" src="/docs/openapi-explorer.min.js"></script>
    <script type="module" src="/docs/reference.js"></script>
    <style>body { margin: 0 }</style>
  </head>
  <body>
    <openapi-explorer spec-url="/openapi.json" hide-authentication hide-server-selection>
      <p slot="overview-footer"><a href="/">Console</a> · <a href="/openapi.json">openapi.json</a></p>
    </openapi-explorer>
    <noscript>The reference needs JavaScript; <a href="/openapi.json">openapi.json</a> says the same.</noscript>
  </body>
</html>
`;

const referenceScript = `const dark = matchMedia('(prefers-color-scheme: dark)');
const apply = () => (document.documentElement.style.colorScheme = dark.matches ? 'dark' : 'light');
dark.addEventListener('change', apply);
apply();
`;
