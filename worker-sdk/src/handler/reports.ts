import { types } from "node:util";
import { LIMITS } from "@baton/proto/shared";

/** Throws a RangeError where this is no progress: 0 to 1, or null. */
export function checkFraction(fraction: number | null): void {
  if (fraction !== null && !(typeof fraction === "number" && fraction >= 0 && fraction <= 1)) {
    throw new RangeError(`progress must be from 0 to 1, not ${String(fraction)}`);
  }
}

/** A checkpoint as bytes of its own; throws a RangeError where there are too many. */
export function checkpointBytes(checkpoint: unknown): Buffer {
  const bytes = types.isUint8Array(checkpoint)
    ? Buffer.from(checkpoint)
    : Buffer.from(JSON.stringify(checkpoint) ?? "null");
  if (bytes.byteLength > LIMITS.maxCheckpointBytes) {
    throw new RangeError(
      `a checkpoint must be at most ${LIMITS.maxCheckpointBytes} bytes, not ${bytes.byteLength}`,
    );
  }
  return bytes;
}

/** A checkpoint, parsed as JSON. */
export function parseCheckpoint<Checkpoint>(bytes: Uint8Array | undefined): Checkpoint | undefined {
  return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString());
}
