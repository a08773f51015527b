import { StoreError } from "../../store.ts";

// Said by the server before anything was done.
const REFUSALS: readonly string[] = [
  "READONLY",
  "LOADING",
  "MASTERDOWN",
  "CLUSTERDOWN",
  "NOREPLICAS",
  "MISCONF",
  "BUSY",
  "TRYAGAIN",
  "NOAUTH",
  "WRONGPASS",
  "NOPERM",
  "MOVED",
  "ASK",
];

// Said by ioredis before anything was sent: the connection is down and nothing waits for it.
const NEVER_SENT: readonly RegExp[] = [
  /^Stream isn't writeable/,
  /^Cluster isn't ready/,
  /^Cluster is ended/,
  /^Failed to refresh slots cache/,
  // Only a refusal is followed by another try; what was the last of them may be a lost answer.
  /^Too many Cluster redirections\. Last error: (ReplyError: )?(MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\b/,
  /^All sentinels are unreachable/,
  /ECONNREFUSED/,
];

/**
 * Turns what ioredis rejected with into what a store throws. What cannot be told to have changed
 * nothing is `unknown`: a timed-out command still runs, a closed connection may only have lost the
 * answer.
 */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  const word = codeOf(message);
  if (word === "OOM") {
    return new StoreError("full", "Redis has no memory left", error);
  }
  if (REFUSALS.includes(word)) {
    return new StoreError("unavailable", `Redis refused: ${word}`, error);
  }
  if (NEVER_SENT.some((pattern) => pattern.test(message))) {
    return new StoreError("unavailable", "Redis cannot be reached", error);
  }
  if (message === "Command timed out") {
    return new StoreError("unknown", "Redis did not answer in time", error);
  }
  return new StoreError("unknown", "Redis failed", error);
}

/**
 * What may be shown of why Redis is not to be had. Of a server's error that is its first word: some repeat
 * the arguments of the command, which for AUTH and HELLO are the user and the password.
 */
export function shownFailure(error: Error): string {
  return error.name === "ReplyError" || /with args beginning with/.test(error.message)
    ? codeOf(error.message) || "an error of the server's"
    : error.message;
}

/** The word that a server's error begins with; empty where it is none. */
export function codeOf(message: string): string {
  return /^-?([A-Z]+)\b/.exec(message)?.[1] ?? "";
}
