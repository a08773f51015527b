/** What a dispatcher runs with; see {@link dispatchSettings} for the defaults. */
export interface DispatchSettings {
  /** How long a session outlives its last heartbeat. */
  readonly leaseTtlMs: number;
  /** How often workers are told to send a heartbeat. */
  readonly heartbeatIntervalMs: number;
  /** How long a session outlives a broken stream. */
  readonly reconnectGraceMs: number;
  /** About how long a stream lasts before its worker is told to open another; 10 % more or less. */
  readonly maxStreamAgeMs: number;
  /** How long a worker may take for that. */
  readonly rotationGraceMs: number;
  /** A queue with something to do is swept at least this often. */
  readonly sweepIntervalMs: number;
  /** A queue where nothing was to do is swept after this long, then after twice as long, and so on. */
  readonly idleSweepIntervalMs: number;
  /** A queue to which nothing comes is swept at least this often. */
  readonly longestSweepIntervalMs: number;
  /** At most as many tasks of each kind a sweep. */
  readonly sweepLimit: number;
  /** How often the store is asked for queues that other processes use. */
  readonly discoverIntervalMs: number;
  /** How often what hints should have told is looked up, where somebody waits for it. */
  readonly pollIntervalMs: number;
  /** At most so many queues each time, in turn: a thousand idle ones would be a thousand calls a second. */
  readonly maxPolledQueues: number;
  /** At most as many tasks a lease call, so that the next call overlaps with the work on these. */
  readonly maxGrantTasks: number;
  /** For how long before and after it is granted a suspect a session is granted nothing else. */
  readonly suspectQuietMs: number;
  /** A grant message stays below this, unless one task alone is larger. */
  readonly maxGrantBytes: number;
  /** At most as many items a store call. */
  readonly maxCallItems: number;
  /** A store call carries less than this, unless one item alone is larger. */
  readonly maxCallBytes: number;
  /** At most as many calls of a kind are under way a queue; what arrives meanwhile waits together. */
  readonly maxCallsUnderWay: number;
  /** Submits are refused while more than this waits for the store. */
  readonly maxWaitingBytes: number;
  /** The store counts as ready for this long after it answered. */
  readonly readyWithinMs: number;
  /** What callers are told to wait after the store failed them. */
  readonly retryAfterMs: number;
}

const DEFAULT_LEASE_TTL_MS = 15_000;
const HEARTBEATS_A_TTL = 3;
const MINUTE_MS = 60_000;
const MEBIBYTE = 1024 * 1024;

/** Fills in the defaults; the heartbeat interval is a third of the ttl. */
export function dispatchSettings(overrides: Partial<DispatchSettings>): DispatchSettings {
  const leaseTtlMs = overrides.leaseTtlMs ?? DEFAULT_LEASE_TTL_MS;
  return {
    leaseTtlMs,
    heartbeatIntervalMs: Math.floor(leaseTtlMs / HEARTBEATS_A_TTL),
    reconnectGraceMs: 1_000,
    maxStreamAgeMs: 45 * MINUTE_MS,
    rotationGraceMs: 30_000,
    sweepIntervalMs: 500,
    idleSweepIntervalMs: 4_000,
    longestSweepIntervalMs: 256_000,
    sweepLimit: 500,
    discoverIntervalMs: 5_000,
    pollIntervalMs: 1_000,
    maxPolledQueues: 64,
    maxGrantTasks: 100,
    suspectQuietMs: 10_000,
    maxGrantBytes: 3 * MEBIBYTE,
    maxCallItems: 200,
    maxCallBytes: 4 * MEBIBYTE,
    maxCallsUnderWay: 2,
    maxWaitingBytes: 64 * MEBIBYTE,
    readyWithinMs: 3_000,
    retryAfterMs: 1_000,
    ...overrides,
  };
}
