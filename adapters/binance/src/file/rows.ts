/** One line of a file. Lines that are empty are left out. */
export interface Row {
  /** From 1; a header and empty lines count. */
  readonly line: number;
  /** None where the line is faulty. */
  readonly fields: readonly string[];
  /** Why the line could not be read as fields. */
  readonly fault?: string;
}

export interface RowOptions {
  /** The first line that is given out; those before are only counted. @default 1 */
  readonly fromLine?: number | undefined;
  /** Rows of a batch, at most. @default 5,000 */
  readonly batchRows?: number | undefined;
  /** Characters of a line, at most; a longer one is given out as faulty. @default 1,024, ten times the longest row */
  readonly maxLineChars?: number | undefined;
}

const byteOrderMark = '\u00ef\u00bb\u00bf';

/**
 * Cuts a stream of bytes into batches of rows. It holds one batch and one chunk at a time and reads on only when asked.
 *
 * Lines end in LF or CRLF. They are split at commas, by hand: these files have no quotes. Measured on a million rows of
 * trades (80 MB): 0.4 s, against 2.0 s for csv-parse 7 without quotes and 2.1 s with line numbers, which is as long as the
 * whole import of such a file may take; and csv-parse gives up the file at a line that is too long.
 */
export async function* rowsOf(
  chunks: AsyncIterable<Buffer>,
  { fromLine = 1, batchRows = 5_000, maxLineChars = 1_024 }: RowOptions = {},
): AsyncGenerator<readonly Row[]> {
  let line = 0;
  let batch: Row[] = [];
  // The start of a line whose end has not been read; of one that is too long, nothing is kept.
  let rest = '';
  let tooLong = false;

  const take = (text: string): void => {
    line++;
    const overlong = tooLong || text.length > maxLineChars;
    tooLong = false;
    if (line < fromLine) return;
    if (overlong) {
      batch.push({ line, fields: [], fault: `longer than ${maxLineChars} characters` });
      return;
    }
    const bare = line === 1 && text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
    const ended = bare.endsWith('\r') ? bare.slice(0, -1) : bare;
    if (ended !== '') batch.push({ line, fields: ended.split(',') });
  };

  for await (const chunk of chunks) {
    // The files are ASCII; anything else stays visible as a character that no field takes.
    const text = rest + chunk.toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      take(text.slice(start, end));
      start = end + 1;
      if (batch.length < batchRows) continue;
      yield batch;
      batch = [];
    }
    rest = text.slice(start);
    if (rest.length > maxLineChars) {
      tooLong = true;
      rest = '';
    }
  }
  if (rest !== '' || tooLong) take(rest);
  if (batch.length > 0) yield batch;
}
