/** One thing that was done, or could not be. */
export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
}

/** How long good news stay, in milliseconds; bad ones stay until they are dismissed. */
const goodNewsMs = 7_000;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export const toastStore = {
  get: (): readonly Toast[] => toasts,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  dismiss(id: number): void {
    set(toasts.filter((toast) => toast.id !== id));
  },
};

/** Tells the person at the screen, in sight and aloud, what came of what they did. */
export function announce(tone: Toast['tone'], text: string): void {
  const id = ++lastId;
  // A dialog that closes at the same time keeps live regions silent until it is gone.
  setTimeout(() => {
    set([...toasts.slice(-2), { id, tone, text }]);
    if (tone === 'good') setTimeout(() => toastStore.dismiss(id), goodNewsMs);
  }, 60);
}
