import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Read by theme.js as well, before the first paint. */
const key = 'portolan.theme';
const listeners = new Set<() => void>();
let epoch = 0;

function changed(): void {
  epoch += 1;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  if (listeners.size === 0) system.addEventListener('change', changed);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) system.removeEventListener('change', changed);
  };
}

function current(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

/** The chosen theme. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, current);

/** Changes whenever colours may have changed: for what must be drawn again. */
export const useThemeEpoch = (): number => useSyncExternalStore(subscribe, () => epoch);

export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Without storage, the choice lasts as long as the page.
  }
  changed();
}
