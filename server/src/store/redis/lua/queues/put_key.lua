#!lua flags=allow-oom
-- Sets what a concurrency key has in place of its queue's settings.
-- ARGV[5] digest
-- ARGV[6] packed    and the key's text (lib/settings.lua); empty for nothing any more
-- ARGV[7] max_keys  how many may have some
-- RETURNS {"ok", hint}, {"too_many", ""}
-- GUARANTEES G10
--@include lib/apply.lua
--@include lib/hints.lua

local digest, packed = ARGV[5], ARGV[6]

-- How many keys have settings of their own; every field but these is one.
local function count_keys()
  local others = 0
  for _, value in ipairs(redis.call("HMGET", flow, "s", "j", "h", "w", "t", "p", "r")) do
    if value then others = others + 1 end
  end
  return redis.call("HLEN", flow) - others
end

local function mark(has_keys)
  local s = redis.call("HGET", flow, "s") or DEFAULT_SETTINGS
  local flags = string.byte(s) % HAS_KEYS + (has_keys and HAS_KEYS or 0)
  s = string.char(flags) .. string.sub(s, 2)
  if s == DEFAULT_SETTINGS then redis.call("HDEL", flow, "s") else redis.call("HSET", flow, "s", s) end
end

if packed == "" then
  if redis.call("HDEL", flow, digest) == 1 and count_keys() == 0 then mark(false) end
else
  local is_known = redis.call("HEXISTS", flow, digest) == 1
  if not is_known and count_keys() >= tonumber(ARGV[7]) then return {"too_many", ""} end
  redis.call("HSET", flow, digest, packed)
  mark(true)
end
let_in(digest)
return {"ok", finish_changes()}
