import type { Tone } from '../scheduling/states.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

interface BadgeProps {
  readonly label: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

/** A state: word, icon and colour. */
export function Badge({ label, icon, tone }: BadgeProps) {
  return (
    <span className="badge" data-tone={tone}>
      <Icon name={icon} />
      {label}
    </span>
  );
}
