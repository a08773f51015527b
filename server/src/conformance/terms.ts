/** What the scripted dispatcher tells its worker, and how patient the checks are. */
export interface Terms {
  readonly ttlMs: number;
  readonly heartbeatMs: number;
  /** How long a check waits for what should come at once, on a busy machine. */
  readonly patienceMs: number;
  readonly maxMessageBytes: number;
  readonly maxPayloadBytes: number;
}
