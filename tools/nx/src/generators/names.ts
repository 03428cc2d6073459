import { service } from '@portolan/kernel';
import { getProjects, type Tree } from '@nx/devkit';
import ts from 'typescript';

/** A generator that cannot do what it was asked, told in one sentence. */
export class GenerateError extends Error {
  override readonly name = 'GenerateError';
}

/** @throws {GenerateError} unless the name has the form that the kernel asks of names, and so every cloud can carry. */
export function checkForm(name: string): void {
  try {
    service(name, {}, {});
  } catch (error) {
    throw new GenerateError((error as Error).message.replace(/^service/, 'the name'), { cause: error });
  }
}

/** @throws {GenerateError} when a project of that name, or a file in one of the folders, exists. */
export function checkFree(tree: Tree, projects: readonly string[], folders: readonly string[]): void {
  const known = getProjects(tree);
  for (const project of projects) {
    const taken = known.get(project);
    if (taken !== undefined) throw new GenerateError(`there is a project "${project}" already, in ${taken.root}`);
  }
  const taken = folders.find((folder) => tree.exists(folder));
  if (taken !== undefined) throw new GenerateError(`there is something in ${taken} already; choose another name`);
}

/**
 * The name as an identifier, `order-tracking` as `orderTracking`.
 *
 * @param texts - What it will stand in: a name that means something there already cannot be taken.
 * @throws {GenerateError} for such a name, and for a word of the language.
 */
export function identifierFor(name: string, texts: readonly string[]): string {
  const identifier = name.replace(/-+(.?)/g, (_, letter: string) => letter.toUpperCase());
  if (ts.identifierToKeywordKind(ts.factory.createIdentifier(identifier)) !== undefined) {
    throw new GenerateError(`"${identifier}" is a word of the language and can name no service; choose another name`);
  }
  if (texts.some((text) => identifiersIn(text).has(identifier))) {
    throw new GenerateError(`"${identifier}" is a word that the generated code uses itself; choose another name`);
  }
  return identifier;
}

function identifiersIn(text: string): ReadonlySet<string> {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const found = new Set<string>();
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    if (token >= ts.SyntaxKind.Identifier) found.add(scanner.getTokenText());
  }
  return found;
}
