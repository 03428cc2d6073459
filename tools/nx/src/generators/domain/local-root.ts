import { updateJson, type Tree } from '@nx/devkit';
import ts from 'typescript';
import { GenerateError } from '../names.ts';

/** The file that lists what the local platform runs. */
export const localRoots = 'apps/local/src/services.ts';

/**
 * Adds a service to the local platform: an import, an entry of its list, and the dependency.
 *
 * @throws {GenerateError} when the list is not where it is expected, so that nobody is left with half a domain.
 */
export function addToLocal(tree: Tree, name: string, service: string): void {
  const text = tree.read(localRoots, 'utf8');
  if (text === null) throw new GenerateError(`${localRoots} is missing; it lists what the local platform runs`);
  const source = ts.createSourceFile(localRoots, text, ts.ScriptTarget.Latest, true);
  const imports = source.statements.filter(ts.isImportDeclaration);
  const entries = rootsIn(source);
  const after = imports
    .filter(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text.startsWith('@'))
    .at(-1);
  if (entries === undefined || after === undefined) {
    throw new GenerateError(
      `${localRoots} has no localRoots that returns a list; the local platform would not run the domain`,
    );
  }
  const line = `import { ${service} } from '@portolan/${name}';`;
  const entry = `root(${service}, { entries: localTable() }),`;
  const end = entries.elements.end;
  const comma = entries.elements.hasTrailingComma || entries.elements.length === 0 ? '' : ',';
  tree.write(
    localRoots,
    `${text.slice(0, after.end)}\n${line}${text.slice(after.end, end)}${comma}\n${entry}\n${text.slice(end)}`,
  );
  updateJson<{ dependencies: Record<string, string> }>(tree, 'apps/local/package.json', (manifest) => {
    const dependencies = Object.entries({ ...manifest.dependencies, [`@portolan/${name}`]: '*' });
    return { ...manifest, dependencies: Object.fromEntries(dependencies.sort(([a], [b]) => (a < b ? -1 : 1))) };
  });
}

/** What the function `localRoots` returns. */
function rootsIn(source: ts.SourceFile): ts.ArrayLiteralExpression | undefined {
  for (const statement of source.statements.filter(ts.isVariableStatement)) {
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (name.getText() !== 'localRoots' || initializer === undefined || !ts.isArrowFunction(initializer)) continue;
      return ts.isArrayLiteralExpression(initializer.body) ? initializer.body : undefined;
    }
  }
  return undefined;
}
