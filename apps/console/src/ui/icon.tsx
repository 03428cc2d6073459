import { iconPaths, type IconName } from './icon-paths.ts';

/** A drawing that says nothing by itself: what it means stands in words beside it or in the label of its button. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={iconPaths[name]} />
    </svg>
  );
}
