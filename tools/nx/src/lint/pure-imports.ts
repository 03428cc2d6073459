import { dirname, relative, resolve } from 'node:path';
import type { Rule } from 'eslint';

/** The parts of a syntax node that are read here; ESTree has no name for TypeScript's. */
interface Imported {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
}
interface Importing {
  readonly source?: Imported | null;
  readonly expression?: Imported;
  readonly callee?: Imported;
  readonly arguments?: readonly Imported[];
}

/**
 * Refuses every import of a pure project but its own files and those listed: statically, dynamically, by `require` and
 * for types alone, since a type from an SDK ties the domain to it as well. Options: [{ root, allow }].
 */
export const pureImports: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: { root: { type: 'string' }, allow: { type: 'array', items: { type: 'string' } } },
        required: ['root', 'allow'],
        additionalProperties: false,
      },
    ],
    messages: {
      refused: '"{{specifier}}" may not be imported here: pure code imports its own files and {{allowed}}.',
      unknown: 'What this import loads cannot be told from the source; pure code names its imports literally.',
    },
  },
  create(context) {
    const { root, allow } = context.options[0] as { root: string; allow: readonly string[] };
    // packages/<name>: a relative path may not leave it, nor borrow what a test file may do.
    const project = relative(root, context.filename).split('/').slice(0, 2).join('/');

    const isOwnFile = (specifier: string) =>
      /^\.\.?\//.test(specifier) &&
      !specifier.endsWith('.test.ts') &&
      relative(root, resolve(dirname(context.filename), specifier)).startsWith(`${project}/`);
    const isAllowed = (specifier: string) =>
      allow.some((entry) => (entry.endsWith('/*') ? specifier.startsWith(entry.slice(0, -1)) : specifier === entry));

    function check(node: Rule.Node, imported: Imported | null | undefined) {
      if (imported === null || imported === undefined) return;
      const specifier = imported.value;
      if (typeof specifier !== 'string') {
        context.report({ node, messageId: 'unknown' });
      } else if (!isOwnFile(specifier) && !isAllowed(specifier)) {
        const allowed = allow.length === 0 ? 'nothing else' : allow.join(', ');
        context.report({ node, messageId: 'refused', data: { specifier, allowed } });
      }
    }
    const fromSource = (node: Rule.Node) => check(node, (node as Importing).source);

    return {
      ImportDeclaration: fromSource,
      ExportAllDeclaration: fromSource,
      ExportNamedDeclaration: fromSource,
      ImportExpression: fromSource,
      TSImportType: fromSource,
      TSExternalModuleReference: (node: Rule.Node) => check(node, (node as Importing).expression),
      CallExpression(node) {
        const { callee, arguments: [first] = [] } = node as Importing;
        if (callee?.name === 'require') check(node, first ?? { type: 'Missing' });
      },
    };
  },
};
