import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { constants, createBrotliCompress } from "node:zlib";

/** The queue that the demo's tasks wait in. */
export const QUEUE = "uploads";

/** The type of the demo's tasks. */
export const TYPE = "compress";

/** What a task of the demo asks for. */
export interface CompressRequest {
  /** Absolute. */
  readonly path: string;
  /** How many attempts fail on purpose before one is let through. */
  readonly failures: number;
}

/** What a task of the demo returns. */
export interface CompressReport {
  readonly bytes: number;
  readonly compressedBytes: number;
  /** Of the file as it was read, in hexadecimal. */
  readonly sha256: string;
}

/** The types of the demo's tasks. */
export interface DemoTasks {
  readonly [TYPE]: { readonly payload: CompressRequest; readonly result: CompressReport };
}

/** Compresses a file with Brotli, stream by stream, and says what came of it. */
export async function compressFile(path: string, signal: AbortSignal): Promise<CompressReport> {
  const hash = createHash("sha256");
  let bytes = 0;
  let compressedBytes = 0;
  await pipeline(
    createReadStream(path),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        hash.update(chunk);
        yield chunk;
      }
    },
    createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        compressedBytes += chunk.length;
      }
    },
    { signal },
  );
  return { bytes, compressedBytes, sha256: hash.digest("hex") };
}
