import { join } from 'node:path';
import type { MeasurementName } from '../options.ts';
import type { Progress } from '../suite/suite.ts';
import type { Workplace } from '../suite/workplace.ts';
import { runJob } from './job.ts';
import { csvName } from './measure/csv-file.ts';
import type { Sizes } from './sizes.ts';
import type { Places } from './trials.ts';

type Shared = Omit<Places, 'folder'>;

/** What measurements need that takes long to make: made when it is first needed, and shared by all runs. */
export class SharedPlaces {
  readonly #workplace: Workplace;
  readonly #sizes: Sizes;
  #csv: string | undefined;
  #year: string | undefined;

  constructor(workplace: Workplace, sizes: Sizes) {
    this.#workplace = workplace;
    this.#sizes = sizes;
  }

  /** Makes what a measurement needs. Only that may be used by it. */
  async prepare(measurement: MeasurementName<'pricing'>, progress: Progress): Promise<Shared> {
    if (measurement === 'import' && this.#csv === undefined) {
      const { rows } = this.#sizes.import;
      progress(`import: writing a file of ${rows} trades`);
      this.#csv = join(this.#workplace.newFolder(), csvName);
      await runJob({ kind: 'write-csv', file: this.#csv, rows });
    }
    if (measurement === 'query' && this.#year === undefined) {
      const size = this.#sizes.year;
      progress(`query: filling a platform with ${size.days} days of minutes, which takes minutes`);
      this.#year = this.#workplace.newFolder();
      const { lost } = await runJob({ kind: 'fill-year', folder: this.#year, size });
      if (lost !== 0) throw new Error(`the year of minutes lacks ${lost} trades`);
    }
    return { csv: this.#csv ?? '', year: this.#year ?? '' };
  }
}
