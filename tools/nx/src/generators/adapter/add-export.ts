import type { Tree } from '@nx/devkit';

/** Adds a line to an index: at its end, and once. The file is made where there is none. */
export function addExport(tree: Tree, index: string, line: string): void {
  const text = tree.read(index, 'utf8') ?? '';
  if (text.includes(line)) return;
  tree.write(index, `${text.trimEnd()}\n${line}\n`.trimStart());
}
