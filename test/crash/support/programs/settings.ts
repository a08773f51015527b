/** What a program is told on its command line, as JSON. */
export interface ProgramSettings {
  readonly name: string;
  /** Where its history goes. */
  readonly folder: string;
  /** The dispatchers, each `host:port`. */
  readonly addresses: readonly string[];
  readonly seed: number;
  /** A submitter's submits a second. */
  readonly rate: number;
  /** How many handlers a worker runs at once. */
  readonly concurrency: number;
  /** How long a worker that is told to end lets its handlers run. */
  readonly drainTimeoutMs: number;
}

/** Reads the command line. */
export function readSettings(): ProgramSettings {
  return JSON.parse(process.argv[2] ?? "{}") as ProgramSettings;
}

/** Resolves when the program shall end: on SIGTERM, or when whoever started it is gone. */
export function whenToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("disconnect", () => resolve());
  });
}

/** A gRPC target for all the dispatchers. */
export function targetOf(addresses: readonly string[]): string {
  return `ipv4:${addresses.join(",")}`;
}
