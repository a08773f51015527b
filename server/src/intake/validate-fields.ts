import { type FieldViolation, TaskError } from "../domain/errors.ts";
import { isName } from "../domain/ids.ts";

/** Collects what is wrong with one message. Allocates nothing more while all is well. */
export class FieldChecks {
  readonly #path: string;
  readonly #index: number;
  readonly #member: string;
  #violations: FieldViolation[] | null = null;
  #isOversizeOnly = true;

  /**
   * @param path the path of the message in the request; empty for the request itself
   * @param index where the path is that of a list, the place in it
   * @param member where the message is a member of what is there, the member's name
   */
  constructor(path: string, index = -1, member = "") {
    this.#path = path;
    this.#index = index;
    this.#member = member;
  }

  /** Whether nothing was found wrong so far. */
  get isClean(): boolean {
    return this.#violations === null;
  }

  /**
   * Notes that a field is wrong.
   *
   * @param field its path within the message, as on the wire; empty for the message itself
   * @param description what is wrong, to be read after the path: "is required"
   */
  refuse(field: string, description: string): void {
    this.#isOversizeOnly = false;
    this.#add(field, description);
  }

  /** Notes that a payload is larger than it may be. */
  refuseOversize(field: string, bytes: number, maxBytes: number): void {
    this.#add(field, `has ${bytes} bytes; at most ${maxBytes} are allowed`);
  }

  /** Says that the message itself is missing. */
  missing(): TaskError {
    return fieldError(this.#pathOf(""), "is required");
  }

  /** What to tell the caller; null where nothing is wrong. */
  error(): TaskError | null {
    const violations = this.#violations;
    if (violations === null) {
      return null;
    }
    const reason = this.#isOversizeOnly ? "PAYLOAD_TOO_LARGE" : "INVALID_FIELD";
    return new TaskError(reason, summaryOf(violations), { violations });
  }

  /** Throws what {@link error} returns, if anything. */
  throwIfWrong(): void {
    if (!this.isClean) {
      throw this.error();
    }
  }

  #add(field: string, description: string): void {
    this.#violations ??= [];
    this.#violations.push({ field: this.#pathOf(field), description });
  }

  #pathOf(field: string): string {
    const place = this.#index < 0 ? this.#path : `${this.#path}[${this.#index}]`;
    return [place, this.#member, field].filter((part) => part !== "").join(".");
  }
}

/** Says that one field is wrong. */
export function fieldError(field: string, description: string): TaskError {
  const violations = [{ field, description }];
  return new TaskError("INVALID_FIELD", summaryOf(violations), { violations });
}

/** Checks the name of a queue, a task type or a worker. */
export function checkName(checks: FieldChecks, field: string, value: string): void {
  if (!isName(value)) {
    checks.refuse(
      field,
      value === ""
        ? "is required"
        : "must be 1 to 128 of the characters A-Z a-z 0-9 . _ - and begin with a letter or a digit",
    );
  }
}

/** Checks a whole number. Returns it, or `min` where it is wrong. */
export function checkInteger(
  checks: FieldChecks,
  field: string,
  value: number,
  min: number,
  max: number,
): number {
  if (Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  checks.refuse(field, `must be ${min} to ${max}`);
  return min;
}

/** Checks a number that need not be whole. Returns it, or `min` where it is wrong. */
export function checkNumber(
  checks: FieldChecks,
  field: string,
  value: number,
  min: number,
  max: number,
): number {
  // NaN fails both comparisons.
  if (value >= min && value <= max) {
    return value;
  }
  checks.refuse(field, `must be a number from ${min} to ${max}`);
  return min;
}

/** Checks how many items a list has; false where it is wrong, so that the items need no look. */
export function checkCount(
  checks: FieldChecks,
  field: string,
  list: readonly unknown[],
  min: number,
  max: number,
): boolean {
  if (list.length >= min && list.length <= max) {
    return true;
  }
  checks.refuse(
    field,
    list.length < min
      ? `must have at least ${min}`
      : `has ${list.length} entries; at most ${max} are allowed`,
  );
  return false;
}

/** Returns the name that a request is about; throws INVALID_FIELD where it is none. */
export function checkedName(name: string): string {
  const checks = new FieldChecks("");
  checkName(checks, "name", name);
  checks.throwIfWrong();
  return name;
}

function summaryOf(violations: readonly FieldViolation[]): string {
  const [first] = violations;
  const rest = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  return `${first?.field} ${first?.description}${rest}`;
}
