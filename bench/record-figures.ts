/** What one run of `ropelint check --stdin-records` came to. */
export interface Measured {
  readonly name: string;
  readonly files: number;
  readonly megabytes: number;
  /** Files with code of interest. */
  readonly inspected: number;
  readonly findings: number;
  /** Of processor, in user mode, start of the process included. */
  readonly seconds: number;
  /** Memory at the most, in MB. */
  readonly peak: number;
}

/** bench/records.json. */
export interface RecordFigures {
  readonly node: string;
  /** Seconds for a stream without records. */
  readonly start: number;
  readonly releases: readonly Measured[];
  /** The same files, each text once. */
  readonly distinct: Measured;
  /** Of these, those without code of interest. */
  readonly plain: Measured;
  /** Python's standard library. */
  readonly library: Measured;
}
