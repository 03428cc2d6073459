import { useSyncExternalStore } from 'react';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { toastStore } from './toast-store.ts';

/** The live region with the latest results. */
export function Toasts() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map(({ id, tone, text }) => (
        <div key={id} className="toast" data-tone={tone}>
          <Icon name={tone === 'good' ? 'check' : 'cross'} />
          <p>{text}</p>
          <IconButton icon="cross" label="Dismiss this message" onClick={() => toastStore.dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
