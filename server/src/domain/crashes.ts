/**
 * How long a crash is held against a task. Between two that lie further apart it ran, or waited, for longer than
 * what kills a process usually takes.
 */
export const CRASH_MEMORY_MS = 3_600_000;

/** So many crashes make a task a suspect, however many it may have. */
const SUSPECT_CRASHES = 2;

/**
 * Whether a task may be what kills its workers: it was lost to crashes twice, or once and the next is its last. A
 * suspect runs apart from the others (dispatch/session/solitude.ts), so that it alone is charged with what it does.
 * Where the first crash is the last there is none: to run such tasks apart from their first grant would run them one a
 * session. One crash makes none either: it names every task of the process, of which at most one is to blame.
 */
export function isSuspect(crashes: number, maxCrashes: number): boolean {
  return crashes > 0 && crashes >= Math.min(SUSPECT_CRASHES, maxCrashes - 1);
}

/**
 * Returns how many crashes count once there was another one.
 *
 * @param crashes so far
 * @param sinceMs how long ago the task became READY last, which is when the crash before was
 */
export function crashesAfterAnother(crashes: number, sinceMs: number): number {
  return sinceMs < CRASH_MEMORY_MS ? crashes + 1 : 1;
}
