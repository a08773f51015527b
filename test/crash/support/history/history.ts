import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Happening, HistoryEvent } from "./events.ts";

/** Milliseconds on the machine's monotonic clock, the same for every process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Names bytes by a short hash, so that histories stay small. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 16);
}

/** Writes down what one process saw. A line is in the kernel once `add` returns: SIGKILL loses none. */
export class History {
  readonly #file: number;
  readonly #by: string;
  #isClosed = false;

  constructor(folder: string, by: string) {
    this.#by = by;
    this.#file = openSync(join(folder, `${by}.jsonl`), "a");
  }

  /** Adds what happened now; nothing once it is closed. */
  add(happening: Happening): void {
    // gRPC tells of the end of a stream that is long gone, also after its program said goodbye.
    if (this.#isClosed) {
      return;
    }
    const event = { ...happening, atMs: monotonicMs(), by: this.#by };
    writeSync(this.#file, `${JSON.stringify(event)}\n`);
  }

  close(): void {
    this.#isClosed = true;
    closeSync(this.#file);
  }
}

/** Reads every history of a folder, in the order of time. A line that a kill cut short is left out. */
export function readHistories(folder: string): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".jsonl"))) {
    const lines = readFileSync(join(folder, name), "utf8").split("\n").slice(0, -1);
    for (const line of lines) {
      events.push(JSON.parse(line) as HistoryEvent);
    }
  }
  return events.sort((left, right) => left.atMs - right.atMs);
}
