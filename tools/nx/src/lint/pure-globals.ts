import type { Rule, Scope } from 'eslint';
import { allowedGlobals, ambientMembers, machineSettings } from './purity.ts';

/** A syntax node as far as it is read here; ESTree has no name for TypeScript's. */
interface Syntax {
  readonly type: string;
  readonly parent?: Syntax;
  readonly name?: string;
  readonly value?: unknown;
  readonly computed?: boolean;
  readonly declare?: boolean;
  readonly object?: Syntax;
  readonly property?: Syntax;
  readonly callee?: Syntax;
  readonly right?: Syntax;
  readonly init?: Syntax;
  readonly operator?: string;
  readonly arguments?: readonly unknown[];
  readonly body?: { readonly body?: readonly Syntax[] };
  readonly declarations?: readonly { readonly id: { readonly name?: string; readonly typeAnnotation?: unknown } }[];
}

/**
 * Refuses what a pure project could read from its surroundings: any global outside the list, the clock, chance, the
 * machine's time zone, and the ways around the rule (declaring a global anew, `.constructor`, `import.meta`).
 * Option `also`: further globals that this code may use.
 */
export const pureGlobals: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [
      {
        type: 'object',
        properties: { also: { type: 'array', items: { type: 'string' } } },
        additionalProperties: false,
      },
    ],
    messages: {
      ambient: '{{what}} is ambient; pure code takes time, ids, randomness, logs and I/O as ports or data.',
      declared: 'Declares a value that comes from outside; pure code imports what it uses.',
    },
  },
  create(context) {
    const { also = [] } = (context.options[0] ?? {}) as { also?: readonly string[] };
    const ambient = (node: unknown, what: string) =>
      context.report({ node: node as Rule.Node, messageId: 'ambient', data: { what } });

    return {
      'Program:exit'(program) {
        for (const comment of context.sourceCode.getAllComments()) {
          if (/^\/\s*<reference/.test(comment.value)) ambient(program, 'A triple-slash reference');
        }
        for (const { identifier } of globalReferences(context.sourceCode.scopeManager.scopes)) {
          const what = ambientUse(identifier as Syntax);
          if (what !== undefined && !also.includes(what)) ambient(identifier, what);
        }
      },
      MetaProperty(node) {
        if (node.meta.name === 'import') ambient(node, 'import.meta');
      },
      MemberExpression(node) {
        const property = memberName(node as Syntax);
        if (property === 'constructor') ambient(node, 'What lies behind .constructor');
        if (property !== undefined && machineSettings.has(property)) ambient(node, `.${property}()`);
      },
      VariableDeclaration(node) {
        const { declare, declarations = [] } = node as Syntax;
        if (declare && !declarations.every(({ id }) => isBrand(id.typeAnnotation) || also.includes(id.name ?? ''))) {
          context.report({ node, messageId: 'declared' });
        }
      },
      'TSDeclareFunction[declare=true], ClassDeclaration[declare=true]'(node: Rule.Node) {
        context.report({ node, messageId: 'declared' });
      },
      TSModuleDeclaration(node: Rule.Node) {
        const types = ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration'];
        const body = (node as Syntax).body?.body ?? [];
        if (!body.every(({ type }) => types.includes(type))) context.report({ node, messageId: 'declared' });
      },
    };
  },
};

/** Value references that nothing in the file defines. */
function globalReferences(scopes: readonly Scope.Scope[]): Scope.Reference[] {
  return scopes
    .flatMap(({ references }) => references)
    .filter(({ resolved }) => resolved === null || resolved.defs.length === 0)
    .filter((reference) => (reference as { isValueReference?: boolean }).isValueReference !== false)
    .filter(({ identifier }) => (identifier as Syntax).parent?.type !== 'TSTypeQuery');
}

/** What is ambient about this use of a global, or undefined when it only computes. */
function ambientUse(identifier: Syntax): string | undefined {
  const { name = '', parent } = identifier;
  if (!allowedGlobals.has(name)) return name;
  const members = ambientMembers[name];
  if (members === undefined) return undefined;

  if (parent?.type === 'MemberExpression' && parent.object === identifier) {
    const property = memberName(parent);
    return property === undefined || members.includes(property) ? `${name}.${property ?? '[...]'}` : undefined;
  }
  if (parent?.type === 'NewExpression' && parent.callee === identifier) {
    return parent.arguments?.length === 0 && name === 'Date' ? 'new Date() without a time' : undefined;
  }
  if (parent?.type === 'BinaryExpression' && parent.operator === 'instanceof' && parent.right === identifier) {
    return undefined;
  }
  // Passing the object on, or taking it apart, would hide which member is used.
  return parent?.type === 'CallExpression' && parent.callee === identifier ? `${name}()` : `${name} under another name`;
}

/** The property a member expression names, or undefined when only running it would tell. */
function memberName({ computed, property }: Syntax): string | undefined {
  if (!computed) return property?.name;
  return typeof property?.value === 'string' ? property.value : undefined;
}

/** `declare const brand: unique symbol` has no value at run time and only names a type. */
function isBrand(annotation: unknown): boolean {
  const type = (annotation as { typeAnnotation?: Syntax } | undefined)?.typeAnnotation;
  return type?.type === 'TSTypeOperator' && type.operator === 'unique';
}
