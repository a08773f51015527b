#!lua flags=allow-oom
-- Takes documents that are due and hides them for a while.
-- ARGV[2] limit
-- ARGV[3] hide_ms
-- RETURNS now, ms until the next is due or -1, then name and document of each
-- GUARANTEES D4
--@include lib/documents.lua

local MAX_BYTES = 2 * 1024 * 1024

local found = redis.call("ZRANGEBYSCORE", due, "-inf", now_ms, "LIMIT", 0, ARGV[2])
local answer, bytes = {string.format("%.0f", now_ms), "-1"}, 0
for _, name in ipairs(found) do
  if bytes > MAX_BYTES then break end
  local document = redis.call("HGET", documents, name)
  if document then
    bytes = bytes + #document
    redis.call("ZADD", due, now_ms + tonumber(ARGV[3]), name)
    answer[#answer + 1] = name
    answer[#answer + 1] = document
  else
    -- Only lost writes leave it, and it must not keep the others from being due.
    redis.call("ZREM", due, name)
  end
end
local head = redis.call("ZRANGE", due, 0, 0, "WITHSCORES")
if #head > 0 then answer[2] = string.format("%.0f", math.max(0, tonumber(head[2]) - now_ms)) end
return answer
