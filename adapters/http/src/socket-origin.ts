import { problem, type Problem, type RefusalKind, type Sessions } from '@portolan/kernel';
import { isAllowed, type AllowedOrigins } from './cors.ts';

/** The headers of a request for a socket by which browsers tell whose page asks. */
export interface SocketHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

export const foreignPage = 'Pages of this origin may open no sockets here.';

/**
 * Whether a page may open a socket: browsers let any page open one, with the cookies of its user, and tell only the origin.
 * Those of the very host that is asked may, and those of origins that are allowed; programs tell none.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-10.2
 */
export function allowsSocket({ host, origin }: SocketHeaders, allowsOrigin: (origin: string) => boolean): boolean {
  return origin === undefined || allowsOrigin(origin) || isSameHost(origin, host);
}

/**
 * Sessions that turn other pages away before the function is asked, for hosts whose platform holds the sockets.
 *
 * @param allowOrigin - @default none: pages of the very host alone
 */
export const guardedSessions = (sessions: Sessions, allowOrigin: AllowedOrigins = []): Sessions => ({
  connect: async (call) =>
    allowsSocket(call.headers, (origin) => isAllowed(allowOrigin, origin)) ? sessions.connect(call) : turnedAway,
  message: (call, text) => sessions.message(call, text),
  disconnect: (call) => sessions.disconnect(call),
});

const turnedAway: Problem<RefusalKind> = problem('forbidden', foreignPage);

function isSameHost(origin: string, host = ''): boolean {
  const page = URL.parse(origin);
  // By the page's scheme, whose port need not be written.
  return page !== null && page.host !== '' && page.host === URL.parse(`${page.protocol}//${host}`)?.host;
}
