/**
 * A quoted SQLite identifier for any name. SQLite folds the case of A-Z, our names do not, so that capitals are marked:
 * `byState` becomes `"by^state"`.
 */
export function identifier(name: string): string {
  const folded = name.replace(/[A-Z^]/g, (char) => `^${char.toLowerCase()}`);
  return `"${folded.replaceAll('"', '""')}"`;
}
