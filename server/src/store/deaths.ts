/** How many DEAD tasks of a queue failed in one way. */
export interface FailureCount {
  /** The type of their last failure, up to its first character of code 0. */
  readonly type: string;
  readonly tasks: number;
}

/** Of how many types of failures a store tells at most, those that come first by name. */
export const MAX_FAILURE_TYPES = 1_000;
