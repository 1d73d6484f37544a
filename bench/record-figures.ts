/** So much text. */
export interface Amount {
  readonly files: number;
  readonly megabytes: number;
}

/** What one run of `ropelint check --stdin-records` came to. */
export interface Measured extends Amount {
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
  readonly releases: Amount & { readonly count: number };
  /** The same files, each text once. */
  readonly distinct: Amount;
  /** One of so many distinct texts is in the sample. */
  readonly every: number;
  readonly sample: Measured;
  /** Texts of the sample without code of interest. */
  readonly plain: Measured;
  /** Python's standard library. */
  readonly library: Measured;
}
