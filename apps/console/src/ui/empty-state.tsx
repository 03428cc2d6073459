import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  /** Where to go from here, with what it does. */
  readonly href?: string;
  readonly action?: string;
  readonly children?: ReactNode;
}

/** What stands where a list would, with the way on. */
export function EmptyState({ icon, title, text, href, action, children }: EmptyStateProps) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h3>{title}</h3>
      <p className="hint">{text}</p>
      {children}
      {href === undefined ? null : (
        <a className="button" href={href}>
          {action}
        </a>
      )}
    </div>
  );
}
