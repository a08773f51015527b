import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** How a program ended, and all that it wrote. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Waits for a program's end. To be called in the turn in which it was started. */
export async function ended(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  const output = text(child.stdout);
  const errors = text(child.stderr);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, output: await output, errors: await errors };
}
