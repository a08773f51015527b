import type { Beds } from "./beds/beds.ts";
import type { Finding } from "./report/finding.ts";

/** How much to run. */
export interface Effort {
  readonly isQuick: boolean;
  /** Rounds that come first and do not count. */
  readonly warmUpRounds: number;
  /** Rounds that count. */
  readonly rounds: number;
  /** Tasks a round. */
  readonly tasks: number;
  /** The commit that this tree is compared with. */
  readonly against: string;
}

/** One question that the bench answers. */
export interface Question {
  readonly name: string;
  /** Whether it is asked in a quick run as well. */
  readonly isQuick: boolean;
  /** Whether it compares with an earlier commit, which git may not have. */
  readonly needsEarlier?: boolean;
  ask(beds: Beds, effort: Effort): Promise<Finding>;
}

/** The bytes of a payload where nothing else is said. */
export const PAYLOAD_BYTES = 100;

/** How many handlers run at once in the one worker, Baton's and BullMQ's. */
export const CONCURRENCY = 200;
