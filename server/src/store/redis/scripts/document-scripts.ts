import { storeErrorOf } from "../client/errors.ts";
import { callFunction } from "../client/functions.ts";
import type { Argument, RedisClient, ReplyItem } from "../client/script.ts";
import { DOCUMENT_LIBRARY } from "../lua.generated.ts";

/** The name of a script on documents: its file's. */
export type DocumentScript = keyof typeof DOCUMENT_LIBRARY.functions;

/** The roles of the keys of one partition of a collection, in order. All lie under its own hash tag. */
export const DOCUMENT_KEY_ROLES = ["documents", "due", "names"] as const;

/**
 * Runs a script on documents.
 *
 * @throws StoreError
 */
export async function runDocumentScript(
  client: RedisClient,
  name: DocumentScript,
  args: readonly Argument[],
): Promise<ReplyItem[]> {
  try {
    return await callFunction(client, { library: DOCUMENT_LIBRARY, name, args });
  } catch (error) {
    throw storeErrorOf(error);
  }
}
