import { hash } from "node:crypto";

/** How many bytes stand for a concurrency key, or an ordering key within one. */
export const DIGEST_BYTES = 16;

// A key comes again with each of its tasks, and to hash it costs ten times a look at a map.
const MAX_KEPT = 4_096;
const kept = new Map<string, Buffer>();

/** What scripts know a concurrency key by; not to be written to. */
export function keyDigest(key: string): Buffer {
  return digestOf(key);
}

/** What scripts know an ordering key by, which lives within its concurrency key; not to be written to. */
export function orderDigest(key: string, orderingKey: string): Buffer {
  // The length tells where the one ends: keys are any text.
  return digestOf(`${key.length} ${key}${orderingKey}`);
}

function digestOf(text: string): Buffer {
  let digest = kept.get(text);
  if (digest === undefined) {
    digest = hash("sha256", text, "buffer").subarray(0, DIGEST_BYTES);
    if (kept.size === MAX_KEPT) {
      kept.clear();
    }
    kept.set(text, digest);
  }
  return digest;
}
