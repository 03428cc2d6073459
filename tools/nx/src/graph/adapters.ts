import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectGraph } from '@nx/devkit';
import ts from 'typescript';
import type { Cloud } from '../placement.ts';

/** An adapter factory that a package exports, as its type says. */
export interface OfferedAdapter {
  /** The project that offers it. */
  readonly project: string;
  /** The factory's name: `sqsQueue`. */
  readonly name: string;
  /** The kind of port that it stands behind. */
  readonly kind: string;
  /** `any` also where it follows the adapters that it is built on. */
  readonly cloud: Cloud;
  /** What it guarantees beyond the contract: `delay`. */
  readonly guarantees: readonly string[];
}

/**
 * Every adapter that the workspace's packages export, by what the compiler knows of their factories: the same that decides
 * whether a composition root compiles. Reads declarations only; no SDK is loaded.
 */
export function readAdapters({ nodes }: ProjectGraph, workspaceRoot: string): OfferedAdapter[] {
  const packages = Object.values(nodes)
    .filter(({ data }) => data.tags?.includes('type:adapter'))
    .map(({ name, data }) => ({ project: name, index: join(workspaceRoot, data.root, 'src/index.ts') }))
    .filter(({ index }) => existsSync(index))
    .sort((a, b) => (a.index < b.index ? -1 : 1));
  const program = ts.createProgram(
    packages.map(({ index }) => index),
    compilerOptions(workspaceRoot),
  );
  const checker = program.getTypeChecker();
  return packages.flatMap(({ project, index }) => {
    const file = program.getSourceFile(index);
    const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
    if (module === undefined) return [];
    return checker.getExportsOfModule(module).flatMap((exported) => {
      const adapter = adapterMadeBy(exported, checker);
      return adapter === undefined ? [] : [{ project, ...adapter }];
    });
  });
}

function compilerOptions(workspaceRoot: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(workspaceRoot, 'tsconfig.base.json'), (path) => ts.sys.readFile(path));
  const { compilerOptions } = config as { readonly compilerOptions: object };
  return { ...ts.convertCompilerOptionsFromJson(compilerOptions, workspaceRoot).options, types: ['node'] };
}

/** What is known of a factory; `undefined` for an export that makes no adapter. */
function adapterMadeBy(exported: ts.Symbol, checker: ts.TypeChecker): Omit<OfferedAdapter, 'project'> | undefined {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  if (symbol.valueDeclaration === undefined) return undefined;
  for (const signature of checker.getTypeOfSymbol(symbol).getCallSignatures()) {
    const made = signature.getReturnType();
    if (made.symbol?.name !== 'Adapter') continue;
    const [kind, cloud, guarantees] = checker.getTypeArguments(made as ts.TypeReference);
    return {
      name: exported.name,
      kind: literal(kind) ?? 'unknown',
      cloud: (literal(cloud) ?? 'any') as Cloud,
      guarantees: guarantees === undefined ? [] : whatHolds(guarantees, checker),
    };
  }
  return undefined;
}

const literal = (type: ts.Type | undefined): string | undefined =>
  type?.isStringLiteral() === true ? type.value : undefined;

/** The properties that are `true`, by their type. */
function whatHolds(guarantees: ts.Type, checker: ts.TypeChecker): string[] {
  return guarantees
    .getProperties()
    .filter((property) => checker.typeToString(checker.getTypeOfSymbol(property)) === 'true')
    .map(({ name }) => name);
}
