import { useSyncExternalStore } from 'react';
import { serverClock } from './server-clock.ts';

/** One ticker for every countdown of the page: they change together, on the second, and not at all while hidden. */
const listeners = new Set<() => void>();
let second = currentSecond();
let timer: ReturnType<typeof setTimeout> | undefined;

function currentSecond(): number {
  return Math.floor(serverClock.now() / 1_000) * 1_000;
}

function tick(): void {
  clearTimeout(timer);
  timer = undefined;
  const now = currentSecond();
  if (now !== second) {
    second = now;
    for (const listener of listeners) listener();
  }
  plan();
}

function plan(): void {
  if (timer !== undefined || listeners.size === 0 || document.hidden) return;
  timer = setTimeout(tick, 1_000 - (serverClock.now() % 1_000));
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', tick);
  listeners.add(listener);
  second = currentSecond();
  plan();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', tick);
    clearTimeout(timer);
    timer = undefined;
  };
}

/** The platform's time in whole seconds, milliseconds since 1970; renders again each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second);
}
