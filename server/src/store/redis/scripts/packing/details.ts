import type { Content, Failure, Progress } from "../../../../domain/task.ts";

/** Packs a result: the length of its media type in a byte, the media type, the value. */
export function encodeContent(content: Content): Buffer {
  const type = Buffer.from(content.contentType);
  return Buffer.concat([Buffer.of(type.length), type, content.value]);
}

/** Unpacks a result; null where there is none. */
export function decodeContent(bytes: Buffer): Content | null {
  if (bytes.length === 0) {
    return null;
  }
  const valueAt = 1 + bytes.readUInt8(0);
  return { contentType: bytes.toString("utf8", 1, valueAt), value: bytes.subarray(valueAt) };
}

/** Packs a failure. */
export function encodeFailure({ type, message, stack, traceparent = "" }: Failure): string {
  return JSON.stringify([type, message, stack, traceparent]);
}

/** Unpacks a failure; null where there is none. */
export function decodeFailure(bytes: Buffer): Failure | null {
  if (bytes.length === 0) {
    return null;
  }
  const [type, message, stack, traceparent] = JSON.parse(bytes.toString()) as string[];
  return {
    type: type ?? "",
    message: message ?? "",
    stack: stack ?? "",
    ...(traceparent ? { traceparent } : {}),
  };
}

/** Packs an attempt's progress. */
export function encodeProgress({ fraction, note }: Progress): string {
  return JSON.stringify([fraction, note]);
}

/** Unpacks an attempt's progress; null where there is none. */
export function decodeProgress(bytes: Buffer): Progress | null {
  if (bytes.length === 0) {
    return null;
  }
  const [fraction, note] = JSON.parse(bytes.toString()) as [number | null, string];
  return { fraction, note };
}
