/** Whether the platform answers, as the latest calls found it. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** @property since - Milliseconds since 1970. */
  | { readonly kind: 'offline'; readonly since: number };

let current: Connection = { kind: 'connecting' };
const listeners = new Set<() => void>();

export const connection = {
  get: (): Connection => current,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Something was answered, a refusal included. */
  answered(): void {
    if (current.kind !== 'online') set({ kind: 'online' });
  },
  /** Nothing was answered. */
  failed(now: number = Date.now()): void {
    if (current.kind !== 'offline') set({ kind: 'offline', since: now });
  },
};

function set(next: Connection): void {
  current = next;
  for (const listener of listeners) listener();
}

/**
 * How long to wait until the next poll: as long as it always is, or, offline, half as long as it has been, at most 30 s.
 *
 * @param usualMs - Milliseconds between polls that are answered.
 */
export function pollMs(usualMs: number, state: Connection, now: number): number {
  if (state.kind !== 'offline') return usualMs;
  return Math.max(usualMs, Math.min((now - state.since) / 2, 30_000));
}
