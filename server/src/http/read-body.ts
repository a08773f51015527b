import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.ts";

/**
 * Reads a request's body, at most so many bytes.
 *
 * @throws HttpError 413 where it is larger, 415 where it is compressed, 400 where it breaks off
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") {
    return Promise.reject(new HttpError(415, "send the body uncompressed"));
  }
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) {
    return Promise.reject(tooLarge(maxBytes));
  }
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
