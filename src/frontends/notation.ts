/** What printers of languages differ in. */
export interface Notation {
  readonly constant: (value: true | false | null) => string;
  readonly string: (value: string) => string;
  readonly not: string;
  /** An argument that is passed by name, where others of its kind stand beside it. */
  readonly named: (name: string, value: string) => string;
  /** Named arguments behind the positional ones. */
  readonly together: (named: readonly string[]) => string;
  /** Whether a line break outside brackets ends a statement. */
  readonly endsAtLine: boolean;
  /** Whether long lines are split as the language's formatters do it. */
  readonly splitsLines: boolean;
}
