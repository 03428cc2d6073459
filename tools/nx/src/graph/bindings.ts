import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectGraph } from '@nx/devkit';
import ts from 'typescript';

/** An adapter that a composition root gives to a port. */
export interface BoundAdapter {
  /** The app's project. */
  readonly project: string;
  readonly port: string;
  /** The factory's name. */
  readonly adapter: string;
}

/**
 * What the composition roots of all apps bind: read from their sources, since loading a root starts what it composes.
 *
 * @param factories - Names of adapter factories.
 */
export function readBindings(
  { nodes }: ProjectGraph,
  workspaceRoot: string,
  factories: ReadonlySet<string>,
): BoundAdapter[] {
  const apps = Object.values(nodes).filter(({ data }) => data.tags?.includes('type:app'));
  const exclude = ['**/node_modules/**', '**/dist/**', '**/testing/**', '**/*.test.ts'];
  return apps.flatMap(({ name, data: { root } }) =>
    globSync('**/*.ts', { cwd: join(workspaceRoot, root), exclude })
      .sort()
      .flatMap((file) => bindingsIn(readFileSync(join(workspaceRoot, root, file), 'utf8'), factories))
      .map((binding) => ({ project: name, ...binding })),
  );
}

/** Each `port: factory(...)` of a source; what a factory is given in turn is its own affair. */
export function bindingsIn(text: string, factories: ReadonlySet<string>): Omit<BoundAdapter, 'project'>[] {
  const visit = (node: ts.Node): Omit<BoundAdapter, 'project'>[] => {
    if (ts.isPropertyAssignment(node) && ts.isCallExpression(node.initializer) && isNamed(node.name)) {
      const adapter = node.initializer.expression.getText();
      if (factories.has(adapter)) return [{ port: node.name.text, adapter }];
    }
    const below: Omit<BoundAdapter, 'project'>[] = [];
    ts.forEachChild(node, (child) => void below.push(...visit(child)));
    return below;
  };
  return visit(ts.createSourceFile('root.ts', text, ts.ScriptTarget.Latest, true));
}

const isNamed = (name: ts.PropertyName): name is ts.Identifier | ts.StringLiteral =>
  ts.isIdentifier(name) || ts.isStringLiteral(name);
