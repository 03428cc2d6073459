/**
 * Colours of the theme for a drawing, by the names it gives them. Canvases know no custom properties: the colours are read
 * from the page once the browser has worked them out.
 *
 * @param properties - Custom properties, such as `--line`.
 */
export function coloursOf<Name extends string>(
  home: HTMLElement,
  properties: Readonly<Record<Name, `--${string}`>>,
): Readonly<Record<Name, string>> {
  const probe = document.createElement('i');
  home.append(probe);
  const read = (property: string): string => {
    probe.style.color = `var(${property})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries(
    Object.entries<string>(properties).map(([name, property]) => [name, read(property)]),
  ) as Record<Name, string>;
  probe.remove();
  return colours;
}
