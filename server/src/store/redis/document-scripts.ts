import { storeErrorOf } from "./errors.ts";
import { DOCUMENT_LUA } from "./lua.generated.ts";
import type { Argument, RedisClient, ReplyItem } from "./script.ts";

/** The name of a script on documents: its file's. */
export type DocumentScript = keyof typeof DOCUMENT_LUA;

/** The roles of the keys of one partition of a collection, in order. All lie under its own hash tag. */
export const DOCUMENT_KEY_ROLES = ["documents", "due", "names"] as const;

/** Makes the scripts on documents known to a connection. */
export function defineDocumentScripts(client: RedisClient): void {
  for (const [name, { text, keys }] of Object.entries(DOCUMENT_LUA)) {
    client.defineCommand(name, { lua: text, numberOfKeys: keys.length });
  }
}

type Command = (...args: Argument[]) => Promise<ReplyItem[]>;

/**
 * Runs a script on documents.
 *
 * @throws StoreError
 */
export async function runDocumentScript(
  client: RedisClient,
  name: DocumentScript,
  args: Argument[],
): Promise<ReplyItem[]> {
  const commands = client as unknown as Record<`${DocumentScript}Buffer`, Command>;
  try {
    return await commands[`${name}Buffer`](...args);
  } catch (error) {
    throw storeErrorOf(error);
  }
}
