#!lua flags=allow-oom
-- Replaces how the queue flows, where that is still what the caller knows.
-- ARGV[5] revision  that the caller knows; empty where there was none, * for whichever
-- ARGV[6] settings  their new revision, a space, and JSON; empty for none any more
-- ARGV[7] packed    what scripts go by (lib/settings.lua)
-- RETURNS {"ok", hint}, {"changed", ""}
-- GUARANTEES G10 G14
--@include lib/apply.lua
--@include lib/hints.lua

local present = redis.call("HMGET", flow, "j", "s")
local known = present[1] and string.match(present[1], "^%S+") or ""
if ARGV[5] ~= "*" and ARGV[5] ~= known then return {"changed", ""} end
local before, packed = present[2] or DEFAULT_SETTINGS, ARGV[7]
if string.byte(before) >= HAS_KEYS then
  packed = string.char(string.byte(packed) + HAS_KEYS) .. string.sub(packed, 2)
end
if ARGV[6] == "" then redis.call("HDEL", flow, "j") else redis.call("HSET", flow, "j", ARGV[6]) end
if packed == DEFAULT_SETTINGS then
  redis.call("HDEL", flow, "s")
else
  redis.call("HSET", flow, "s", packed)
end
if packed ~= before then
  -- Sweeps let in what is parked, a slice at a time, and what is behind dead tasks.
  if redis.call("EXISTS", parked, order_heads) > 0 then redis.call("HSET", flow, "r", 0) end
  hint_ready = true
end
return {"ok", finish_changes()}
