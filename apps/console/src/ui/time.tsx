import { formatCountdown, formatRelative } from '../time/duration.ts';
import { browserZone, formatInstant } from '../time/instant.ts';
import { useNow } from '../time/use-now.ts';

/** An instant on the browser's wall. */
export function At({ iso }: { readonly iso: string }) {
  const at = Date.parse(iso);
  return (
    <time dateTime={iso} title={`${iso} (shown in ${browserZone()})`}>
      {formatInstant(at)}
    </time>
  );
}

/** How far an instant is, kept up to date. */
export function Ago({ iso }: { readonly iso: string }) {
  const now = useNow();
  return (
    <time dateTime={iso} title={formatInstant(Date.parse(iso))}>
      {formatRelative(Date.parse(iso), now)}
    </time>
  );
}

/** What is left until an instant, second by second; not read out, the instant beside it is. */
export function Countdown({ iso }: { readonly iso: string }) {
  const leftMs = Date.parse(iso) - useNow();
  if (leftMs <= 0) return <span className="countdown">due now</span>;
  return (
    <span className="countdown" role="timer">
      {formatCountdown(leftMs)}
    </span>
  );
}
