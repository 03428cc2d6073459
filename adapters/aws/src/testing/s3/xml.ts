/** The part of XML that S3 speaks: elements in elements, and text. */
export type Xml = string | number | boolean | readonly Xml[] | { readonly [element: string]: Xml | undefined };

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

export function xml(root: string, content: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}`;
}

function element(name: string, content: Xml | undefined): string {
  if (content === undefined) return '';
  // A list is the element again and again.
  if (Array.isArray(content)) return content.map((one: Xml) => element(name, one)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content as { readonly [name: string]: Xml | undefined })
          .map(([child, value]) => element(child, value))
          .join('')
      : String(content).replaceAll(/[&<>"\r]/g, (one) => escapes[one]!);
  return `<${name}>${inner}</${name}>`;
}

/** The texts of elements of this name, wherever they are. */
export function texts(document: string, name: string): readonly string[] {
  const found = document.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'));
  return [...found].map(([, text]) =>
    text!.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&'),
  );
}
