import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { PATIENCE_MS, patiently } from "../time/patience.ts";

/** How a program ended, and all that it wrote. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/**
 * Waits for a program's end; kills it where that does not come. To be called in the turn in which it was started.
 * The wait is no part of the time that the test has.
 */
export function ended(
  child: ChildProcessByStdio<null, Readable, Readable>,
  withinMs = PATIENCE_MS,
): Promise<Ended> {
  return patiently(async () => {
    const late = setTimeout(() => child.kill("SIGKILL"), withinMs);
    const output = text(child.stdout);
    const errors = text(child.stderr);
    const [status] = (await once(child, "close")) as [number | null];
    clearTimeout(late);
    return { status, output: await output, errors: await errors };
  });
}
