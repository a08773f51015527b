import type { FieldViolation } from "./baton-error.ts";

/** Says all that is wrong with the options of a `Worker` or a `TaskClient`. */
export class OptionsError extends TypeError {
  override readonly name: string = "OptionsError";
  readonly problems: readonly FieldViolation[];

  constructor(problems: readonly FieldViolation[]) {
    super(problems.map(({ field, description }) => `${field} ${description}`).join("; "));
    this.problems = problems;
  }
}
