import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.ts";

/** Keeps room for a body. */
export interface BodyRoom {
  /** Calls back once there is room for so many bytes more of this peer's; it is given back when the request ends. */
  make(request: IncomingMessage, bytes: number, ready: () => void): void;
}

/** Bodies that are smaller are read at once. */
const SMALL_BYTES = 64 * 1024;

/**
 * Reads a request's body, at most so many bytes, once there is room for it.
 *
 * @throws HttpError 413 where it is larger, 415 where it is compressed, 400 where it breaks off
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  room: BodyRoom,
): Promise<Buffer> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    throw new HttpError(415, "send the body uncompressed");
  }
  const bytes = Number(request.headers["content-length"] ?? maxBytes);
  if (bytes > maxBytes) {
    throw tooLarge(maxBytes);
  }
  if (bytes > SMALL_BYTES) {
    await new Promise<void>((resolve) => room.make(request, bytes, resolve));
  }
  return readAtMost(request, maxBytes);
}

function readAtMost(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        chunks.length = 0;
        reject(tooLarge(maxBytes));
      } else {
        chunks.push(chunk);
      }
    });
    request.on("end", () => resolve(Buffer.concat(chunks, Math.min(bytes, maxBytes))));
    request.on("error", () => reject(new HttpError(400, "the body broke off")));
  });
}

function tooLarge(maxBytes: number): HttpError {
  // The rest of the body is not read, so that the connection cannot be used again.
  return new HttpError(413, `the body is larger than ${maxBytes} bytes`, { connection: "close" });
}
