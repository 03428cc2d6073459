/**
 * A request's path as the Functions host hands it to its worker. Kestrel decodes it, all but an encoded slash and what is no
 * UTF-8, and takes dot segments away; `PathString` encodes it again, and leaves alone what looks like an escape.
 *
 * @param raw - As it was sent, without the query.
 * @see https://github.com/dotnet/aspnetcore/blob/main/src/Shared/UrlDecoder/UrlDecoder.cs
 * @see https://github.com/dotnet/aspnetcore/blob/main/src/Http/Http.Abstractions/src/PathString.cs
 */
export function aspNetPath(raw: string): string {
  return withoutDots(decoded(raw)).replaceAll(/%[0-9a-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/giu, (found) =>
    found.length === 3 && found.startsWith('%') ? found : encodeURIComponent(found),
  );
}

/** Runs of escapes are decoded together, since a character may be made of several. */
function decoded(raw: string): string {
  return raw.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    escapes
      .split(/(%2f)/i)
      .map((part) => (/^%2f$/i.test(part) ? part : utf8Of(part)))
      .join(''),
  );
}

function utf8Of(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') {
      if (kept.length > 1) kept.pop();
    } else if (segment !== '.') kept.push(segment);
    if (last && (segment === '.' || segment === '..')) kept.push('');
  }
  return kept.join('/');
}
