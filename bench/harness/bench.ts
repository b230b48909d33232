/** `ci`: a few seconds, to see that it runs. `full`: the figures that are published. */
export type Size = 'ci' | 'full';

/** What one contender's process is told. */
export type Place = {
  /** An empty folder of its own, on the disk that is measured; removed afterwards. */
  readonly folder: string;
  readonly size: Size;
  /** A PostgreSQL server for the contenders that need one. */
  readonly postgresUrl: string | null;
};

/** Figure -> value, from one run of one contender. */
export type Measurement = Readonly<Record<string, number>>;

/** One thing that is measured. Every run has a process of its own. */
export type Contender = {
  readonly name: string;
  /** What it is, in one line of the report. */
  readonly about: string;
  readonly needs?: 'postgres';
  /** It is what the bench is about: where it cannot run, the bench has failed. */
  readonly ours?: true;
  /** Brings up what is measured, runs the load and takes it down again. Rejects where an answer was wrong. */
  readonly measure: (place: Place) => Promise<Measurement>;
};

/** The measurements of one round, by contender; a contender that could not run has none. */
export type Round = Readonly<Record<string, Measurement>>;

/** A limit on a number that is taken from each round by itself, so that a slow minute of the machine falls on both sides. */
export type Target = {
  readonly name: string;
  readonly at: 'least' | 'most';
  readonly limit: number;
  /** `undefined`: the round lacks a contender. */
  readonly actual: (round: Round) => number | undefined;
  /** The target belongs to one size only. */
  readonly size?: Size;
};

/** A benchmark: its contenders, and what must come out. */
export type Bench = {
  readonly name: string;
  /** How it is measured, for the reader of the results: paragraphs of Markdown. */
  readonly method: string;
  readonly contenders: readonly Contender[];
  /** Figure -> unit; every figure of a measurement is listed here. */
  readonly units: Readonly<Record<string, string>>;
  readonly targets: readonly Target[];
  readonly rounds: Readonly<Record<Size, number>>;
};
