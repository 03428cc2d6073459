import type { ImportProgress } from '../import/import-trades.ts';
import { printable } from './report.ts';

/** What is used of a progress bar; `SingleBar` of cli-progress is one. */
export interface ProgressBar {
  start(total: number, startValue: number, payload?: object): void;
  update(value: number, payload?: object): void;
  stop(): void;
}

/** What a bar is made with, in the words of cli-progress. */
export interface ProgressBarOptions {
  readonly format: string;
  readonly hideCursor: boolean;
  readonly etaBuffer: number;
}

/** Shows how far an import is. */
export interface ProgressDisplay {
  show(progress: ImportProgress): void;
  /** Ends what is shown, so that other lines may follow. */
  end(): void;
}

const barOptions: ProgressBarOptions = {
  format: '{file} [{bar}] {percentage}% | {rows} rows | {rejected} rejected | {eta_formatted} left',
  hideCursor: true,
  etaBuffer: 50,
};

/** A bar for each file, for terminals. */
export function barDisplay(newBar: (options: ProgressBarOptions) => ProgressBar): ProgressDisplay {
  let bar: ProgressBar | undefined;
  let shown = 0;
  const end = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    show({ file, fileNumber, line, bytesRead, sizeBytes, totals }) {
      const payload = { file: printable(file), rows: line.toLocaleString('en'), rejected: totals.rejected };
      if (fileNumber === shown && bar !== undefined) return bar.update(bytesRead, payload);
      end();
      bar = newBar(barOptions);
      shown = fileNumber;
      bar.start(sizeBytes, bytesRead, payload);
    },
    end,
  };
}

const lineEveryMs = 5_000;

/**
 * A line every five seconds, for logs.
 *
 * @param now - Milliseconds of any clock that does not jump.
 */
export function lineDisplay(write: (text: string) => void, now: () => number): ProgressDisplay {
  let nextAt = now() + lineEveryMs;
  return {
    show({ file, fileNumber, fileCount, line, bytesRead, sizeBytes, totals }) {
      if (now() < nextAt) return;
      nextAt = now() + lineEveryMs;
      const percent = Math.floor((100 * bytesRead) / sizeBytes);
      const counts = `${totals.accepted} accepted, ${totals.duplicate} duplicate, ${totals.rejected} rejected`;
      write(`${printable(file)} (${fileNumber} of ${fileCount}): ${percent} %, line ${line}; ${counts}\n`);
    },
    end() {},
  };
}
