import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly children: ReactNode;
  /** What the dangerous button does, as a verb with its object. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be undone. The focus begins on the way out. */
export function Confirm({ title, children, action, onConfirm, onClose }: ConfirmProps) {
  const confirm = (): void => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog title={title} shape="box" role="alertdialog" onClose={onClose}>
      <div className="dialog-body">{children}</div>
      <footer className="dialog-foot">
        <Button data-safe onClick={onClose}>
          Keep it
        </Button>
        <Button look="danger" onClick={confirm}>
          {action}
        </Button>
      </footer>
    </Dialog>
  );
}
