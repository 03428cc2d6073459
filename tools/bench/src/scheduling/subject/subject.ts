/** A task as every system under test is given it. */
export interface BenchTask {
  /** Its number within the run, from 0: what the audit tells tasks apart by. Travels as the payload. */
  readonly n: number;
  /** When it is due, milliseconds since 1970. */
  readonly at: number;
}

/** Where a system under test keeps its data, and how it is set up. */
export interface Place {
  /** A folder of its own, on the disk that is measured. */
  readonly folder: string;
  /** Of the server it needs: `redis://…`, `postgres://…`. Absent where it needs none. */
  readonly connection?: string | undefined;
  /** Fastest documented settings; otherwise what the system does when nothing is set. */
  readonly tuned: boolean;
}

/** A system under test: what all of them can do, so that one measurement serves all. */
export interface Subject {
  /** Accepts one task as a caller would; resolves once it is durable. */
  schedule(task: BenchTask): Promise<void>;
  /** Accepts many in the quickest way the system documents: preparation, never measured. */
  scheduleMany(tasks: readonly BenchTask[]): Promise<void>;
  /** Begins to run tasks in this process; `run` is told of each, with its number. */
  work(run: (n: number) => void): Promise<void>;
  /** Resolves once nothing is left to record of tasks that have run; systems that cannot tell have none. */
  readonly settle?: () => Promise<void>;
  close(): Promise<void>;
}

/** Opens a system under test. Peers export one as `open`. */
export type OpenSubject = (place: Place) => Promise<Subject>;
