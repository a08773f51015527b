import { createHash } from "node:crypto";
import { TaskError } from "../../domain/errors.ts";

const HASH_BYTES = 12;
const MAX_TOKEN_LENGTH = 1_024;

/**
 * Makes a page token: opaque to callers, and good only for the request whose filters it carries a hash
 * of.
 *
 * @param filters what the request selects, in a fixed order
 * @param cursor where the page ended
 */
export function encodePageToken(filters: readonly unknown[], cursor: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([hashOf(filters), ...cursor])).toString("base64url");
}

/**
 * Reads the cursor of a page token; its parts are for the caller to check, who may have made it up.
 *
 * @throws INVALID_PAGE_TOKEN where it is malformed or belongs to other filters
 */
export function decodePageToken(filters: readonly unknown[], token: string): unknown[] {
  const parts = parse(token);
  if (parts === null) {
    throw invalidPageToken();
  }
  const [hash, ...cursor] = parts;
  if (hash !== hashOf(filters)) {
    throw new TaskError("INVALID_PAGE_TOKEN", "page_token belongs to another request");
  }
  return cursor;
}

/** Says that a page token is none. */
export function invalidPageToken(): TaskError {
  return new TaskError("INVALID_PAGE_TOKEN", "page_token is malformed");
}

function parse(token: string): unknown[] | null {
  if (token.length > MAX_TOKEN_LENGTH || !/^[A-Za-z0-9_-]+$/.test(token)) {
    return null;
  }
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    return Array.isArray(parts) ? parts : null;
  } catch {
    return null;
  }
}

function hashOf(filters: readonly unknown[]): string {
  return createHash("sha256")
    .update(JSON.stringify(filters))
    .digest()
    .toString("base64url", 0, HASH_BYTES);
}
