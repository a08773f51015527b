import type { Clock } from "@baton/proto/shared";

/** What asks a process to stop: a supervisor, Ctrl-C, and a terminal that closes. */
const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * Until when a further signal says no more than the first. One Ctrl-C may arrive twice: a terminal sends
 * SIGINT to every process of the group, and npm passes its own on.
 */
const ONE_REQUEST_MS = 2_000;

/**
 * Resolves at the first signal to stop.
 *
 * @param onImpatience told of each that comes 2 s later or more: somebody does not want to wait
 */
export function nextSignal(clock: Clock, onImpatience: () => void): Promise<NodeJS.Signals> {
  let firstAtMs: number | null = null;
  return new Promise((resolve) => {
    for (const name of STOP_SIGNALS) {
      process.on(name, () => {
        firstAtMs ??= clock.monotonicMs();
        if (clock.monotonicMs() - firstAtMs >= ONE_REQUEST_MS) {
          onImpatience();
        }
        resolve(name);
      });
    }
  });
}

/** Leaves signals to another process: a terminal sends them to all of a group. */
export function ignoreSignals(): void {
  for (const name of STOP_SIGNALS) {
    process.on(name, () => {});
  }
}
