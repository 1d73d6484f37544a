/** Something that is asked for, by flags or settings, and can't be done: what, and what would help. Ends the run with status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly remedy: string | null;

  constructor(message: string, remedy: string | null = null) {
    super(message);
    this.remedy = remedy;
  }
}
