import type { FieldViolation } from "./baton-error.ts";

/** What the constructors of `Worker` and `TaskClient` throw if options are wrong; it names all of them. */
export class OptionsError extends TypeError {
  override readonly name: string = "OptionsError";
  /** One for each wrong option. */
  readonly problems: readonly FieldViolation[];

  constructor(problems: readonly FieldViolation[]) {
    super(problems.map(({ field, description }) => `${field} ${description}`).join("; "));
    this.problems = problems;
  }
}
