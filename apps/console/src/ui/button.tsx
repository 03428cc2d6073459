import type { ButtonHTMLAttributes } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon?: IconName;
  /** @default 'plain' */
  readonly look?: 'primary' | 'plain' | 'danger' | 'quiet';
  /** Work under way: pressing again does nothing, and the focus stays where it is. */
  readonly busy?: boolean;
}

export function Button({ icon, look = 'plain', busy = false, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className="button"
      data-look={look}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children'> {
  readonly icon: IconName;
  /** What it does, to what. */
  readonly label: string;
}

/** A button that shows an icon; its name is read out, and shown when pointed at. */
export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return <Button {...rest} icon={icon} look={rest.look ?? 'quiet'} data-square="" aria-label={label} title={label} />;
}
