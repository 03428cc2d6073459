/** What a row holds besides its value, in one version. */
export interface Head {
  readonly pk: string;
  readonly sk: string;
  /** Where it lies. */
  readonly rowid: number;
  readonly version: number;
  readonly expiresAt: number | null;
  /** Values of the index columns. */
  readonly fields: readonly (string | null)[];
}

/** Places for heads: more than can be under way between a read and the write that follows it. */
const places = 8_192;

/**
 * The heads of versions that were read or written lately, each at the place that its version gives it, until another comes
 * there. A version is never given to another row or content, so that an entry is true for ever, whatever is rolled back.
 */
export class Heads {
  readonly #heads = new Array<Head | undefined>(places).fill(undefined);

  of(version: number): Head | undefined {
    const head = this.#heads[version % places];
    return head?.version === version ? head : undefined;
  }

  add(head: Head): void {
    this.#heads[head.version % places] = head;
  }
}

type Columns = Pick<Head, 'expiresAt' | 'fields'>;

/** Which columns a write changes: bit 0 the expiry, bit n + 1 the nth index column. */
export function changesFrom(
  before: Columns,
  after: Columns,
): { readonly changed: readonly (string | number | null)[]; readonly mask: number } {
  const changed: (string | number | null)[] = [];
  let mask = 0;
  if (before.expiresAt !== after.expiresAt) {
    mask = 1;
    changed.push(after.expiresAt);
  }
  for (let index = 0; index < after.fields.length; index++) {
    if (before.fields[index] === after.fields[index]) continue;
    mask += 2 ** (index + 1);
    changed.push(after.fields[index]!);
  }
  return { changed, mask };
}
