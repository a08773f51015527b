import { storeErrorOf } from "./errors.ts";
import type { Argument, RedisClient, ReplyItem } from "./script.ts";

/**
 * The roles of the keys of one partition of a collection. All lie under its own hash tag. A document is
 * its version in decimal digits, a colon, and its body.
 */
export const DOCUMENT_KEY_ROLES = ["documents", "due", "names"] as const;

// KEYS[1] documents  hash: name -> version:body
// KEYS[2] due        zset: name by when it is to be looked at, ms
// KEYS[3] names      zset: every name, all of score 0; of collections that are listed
// ARGV[1] offset     ms that the store's clock is ahead of the server's; 0 but in tests
const HEAD = /* lua */ `
local documents, due, names = KEYS[1], KEYS[2], KEYS[3]
local clock = redis.call("TIME")
local now_us = tonumber(clock[1]) * 1e6 + tonumber(clock[2]) + tonumber(ARGV[1]) * 1000
local now_ms = math.floor(now_us / 1000)

local function version_of(document)
  return document and tonumber(string.match(document, "^(%d+):")) or 0
end
`;

/** A call returns no further documents once it has so many bytes. */
const MAX_DUE_BYTES = 2 * 1024 * 1024;

/** Whether a Redis without room runs it. */
const GROWS = "#!lua\n";
const SHRINKS = "#!lua flags=allow-oom\n";
const READS = "#!lua flags=no-writes\n";

/** Every script, under the name that it is run by. */
const DOCUMENT_SCRIPTS = {
  // Stores documents where their versions are as expected (D2, D3).
  // ARGV[2] is_listed  1 or 0
  // ARGV[3...]         5 an item: name, body, expected version (-1 any), due kind (-1 never, 0 now,
  //                    1 after ms, 2 at epoch ms), due
  // RETURNS an item: the new version, or 0 for a conflict
  put_documents: `${GROWS}${HEAD}
local answer = {}
for at = 3, #ARGV, 5 do
  local name, expected = ARGV[at], tonumber(ARGV[at + 2])
  local version = version_of(redis.call("HGET", documents, name))
  if expected >= 0 and expected ~= version then
    answer[#answer + 1] = "0"
  else
    local fresh = string.format("%.0f", math.max(version + 1, math.floor(now_us)))
    redis.call("HSET", documents, name, fresh .. ":" .. ARGV[at + 1])
    local kind, time = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
    if kind < 0 then
      redis.call("ZREM", due, name)
    else
      if kind == 0 then time = now_ms elseif kind == 1 then time = now_ms + time end
      redis.call("ZADD", due, time, name)
    end
    if ARGV[2] == "1" then redis.call("ZADD", names, 0, name) end
    answer[#answer + 1] = fresh
  end
end
return answer`,

  // Removes documents.
  // ARGV[2...] 2 an item: name, expected version (-1 any)
  // RETURNS an item: 1 where there was one, or 0
  remove_documents: `${SHRINKS}${HEAD}
local answer = {}
for at = 2, #ARGV, 2 do
  local name, expected = ARGV[at], tonumber(ARGV[at + 1])
  local version = version_of(redis.call("HGET", documents, name))
  if version == 0 or (expected >= 0 and expected ~= version) then
    answer[#answer + 1] = 0
  else
    redis.call("HDEL", documents, name)
    redis.call("ZREM", due, name)
    redis.call("ZREM", names, name)
    answer[#answer + 1] = 1
  end
end
return answer`,

  // Takes documents that are due and hides them for a while (D4).
  // ARGV[2] limit
  // ARGV[3] hide_ms
  // RETURNS now, ms until the next is due or -1, then name and document of each
  due_documents: `${SHRINKS}${HEAD}
local found = redis.call("ZRANGEBYSCORE", due, "-inf", now_ms, "LIMIT", 0, ARGV[2])
local answer, bytes = {string.format("%.0f", now_ms), "-1"}, 0
for _, name in ipairs(found) do
  if bytes > ${MAX_DUE_BYTES} then break end
  local document = redis.call("HGET", documents, name)
  bytes = bytes + #document
  redis.call("ZADD", due, now_ms + tonumber(ARGV[3]), name)
  answer[#answer + 1] = name
  answer[#answer + 1] = document
end
local head = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
if #head > 0 then answer[2] = string.format("%.0f", math.max(0, tonumber(head[2]) - now_ms)) end
return answer`,

  // Returns a page by name.
  // ARGV[2] after  empty for the first page
  // ARGV[3] limit
  // RETURNS name and document of each
  list_documents: `${READS}${HEAD}
local from = ARGV[2] == "" and "-" or "(" .. ARGV[2]
local answer = {}
for _, name in ipairs(redis.call("ZRANGEBYLEX", names, from, "+", "LIMIT", 0, ARGV[3])) do
  answer[#answer + 1] = name
  answer[#answer + 1] = redis.call("HGET", documents, name)
end
return answer`,

  // Returns documents.
  // ARGV[2...] names
  // RETURNS an item: the document, or empty
  get_documents: `${READS}${HEAD}
local answer = {}
for at = 2, #ARGV do answer[#answer + 1] = redis.call("HGET", documents, ARGV[at]) or "" end
return answer`,
} as const;

/** The name of a script on documents. */
export type DocumentScript = keyof typeof DOCUMENT_SCRIPTS;

/** Makes the scripts on documents known to a connection. */
export function defineDocumentScripts(client: RedisClient): void {
  for (const [name, lua] of Object.entries(DOCUMENT_SCRIPTS)) {
    client.defineCommand(name, { lua, numberOfKeys: DOCUMENT_KEY_ROLES.length });
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
