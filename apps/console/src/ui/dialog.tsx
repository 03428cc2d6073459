import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { Toasts } from './toasts.tsx';

interface DialogProps {
  readonly title: ReactNode;
  /** `drawer` fills the height at the side, `box` stands in the middle. */
  readonly shape: 'drawer' | 'box';
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Whether a click beside it closes it; not for forms, whose content it would throw away. @default true */
  readonly lightDismiss?: boolean;
  /** `alertdialog` for what must be answered. */
  readonly role?: 'alertdialog';
}

/**
 * A modal dialog: the browser keeps the focus inside, closes it on Escape and gives the focus back where it was.
 * Everything outside is inert while it is open, live regions too, so it brings its own.
 */
export function Dialog({ title, shape, onClose, children, lightDismiss = true, role }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const dialog = ref.current!;
    dialog.showModal();
    // On its name, which is read out, rather than on the button that closes it; on the safe answer where one is asked for.
    (dialog.querySelector<HTMLElement>('[data-safe]') ?? dialog.querySelector('h2')!).focus();
    // Closed before it leaves the page: removal alone would not give the focus back.
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      data-shape={shape}
      aria-labelledby={titleId}
      {...(role === undefined ? {} : { role })}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        // Told a little later than it happens: by then it may stand open again.
        if (ref.current?.open === false) onClose();
      }}
      onPointerDown={(event) => {
        if (lightDismiss && event.target === ref.current) onClose();
      }}
    >
      <div className="dialog-frame">
        <header className="dialog-head">
          <h2 id={titleId} tabIndex={-1}>
            {title}
          </h2>
          <IconButton icon="cross" label="Close" onClick={onClose} />
        </header>
        {children}
        {shape === 'drawer' ? <Toasts /> : null}
      </div>
    </dialog>
  );
}
