/** A source file of an adapter package. */
export interface SourceFile {
  /** From the workspace's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const suites = {
  table: 'tableConformance',
  queue: 'queueConformance',
  topic: 'topicConformance',
  timer: 'timerConformance',
  objects: 'objectsConformance',
  channel: 'channelConformance',
} as const;
type Kind = keyof typeof suites;

/** An adapter factory that is exported from a source file. */
export interface Factory {
  readonly path: string;
  readonly name: string;
  readonly kind: Kind;
}

// Functions that open a contract are not what roots call.
const named = '(?!open[A-Z])[a-z]\\w*(Table|Queue|Topic|Timer|Objects|Channel)';
const declared = new RegExp(`\\bexport\\s+(?:async\\s+)?(?:function|const)\\s+(${named})\\b`, 'g');
const listed = new RegExp(`\\b(${named})\\b`, 'g');

/**
 * The adapter factories of a package: functions named for a kind, of a package that makes adapters of that kind. Those
 * count that the package's index exports, and those that a file exports which makes such an adapter itself.
 */
export function factoriesIn(files: readonly SourceFile[]): readonly Factory[] {
  const sources = files
    .filter(({ path }) => !path.endsWith('.test.ts'))
    .map(({ path, text }) => ({ path, code: withoutComments(text) }));
  const everywhere = new Set(sources.flatMap(({ code }) => kindsMade(code)));
  const found = sources.flatMap(({ path, code }) => {
    const isIndex = path.endsWith('/src/index.ts');
    const kinds = isIndex ? everywhere : new Set(kindsMade(code));
    return [...code.matchAll(isIndex ? listed : declared)]
      .map(([, name, suffix]) => ({ path, name: name!, kind: suffix!.toLowerCase() as Kind }))
      .filter(({ kind }) => kinds.has(kind));
  });
  return [...new Map(found.map((factory) => [factory.name, factory])).values()];
}

/** The kinds of the adapters that some code makes. */
function kindsMade(code: string): readonly string[] {
  if (!/\badapter\s*[(<]/.test(code)) return [];
  return [...code.matchAll(/\bkind:\s*['"](table|queue|topic|timer|objects|channel)['"]/g)].map(([, kind]) => kind!);
}

/**
 * The adapter factories of a package that no conformance test of the same package holds against the suite of their kind.
 *
 * @param files - Every source file of the package, tests included.
 */
export function uncovered(files: readonly SourceFile[]): readonly string[] {
  const tests = files
    .filter(({ path }) => path.endsWith('.conformance.test.ts'))
    .map(({ text }) => withoutComments(text));
  return factoriesIn(files)
    .filter(({ name, kind }) => !tests.some((text) => callsSuite(text, suites[kind], name)))
    .map(({ path, name, kind }) => `${path}: no *.conformance.test.ts calls ${suites[kind]} with adapter: '${name}'`);
}

/** Whether a test calls a suite for an adapter: named in the call or, where that is given a variable, in the file. */
function callsSuite(text: string, suite: string, adapterName: string): boolean {
  const name = new RegExp(`\\badapter:\\s*(['"\`])${adapterName}\\1`);
  return [...text.matchAll(new RegExp(`\\b${suite}\\s*\\(`, 'g'))].some(({ index, 0: start }) => {
    const call = argumentsAt(text, index + start.length);
    return name.test(/\badapter:/.test(call) ? call : text);
  });
}

/** The arguments of a call, from behind its parenthesis to the one that closes it. */
function argumentsAt(text: string, start: number): string {
  let depth = 1;
  let end = start;
  for (; end < text.length && depth > 0; end++) depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0;
  return text.slice(start, end - 1);
}

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
