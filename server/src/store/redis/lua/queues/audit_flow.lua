#!lua flags=allow-oom
-- Mends, a slice at a time, what only lost writes can leave in the indexes of keys, order and deaths: entries that no
-- task stands for, keys that are parked for nothing, heads that are none. What a task lacks audit_queue adds.
-- ARGV[5] index     which one to look at, from 0
-- ARGV[6] cursor    of the scan of it; 0 to begin
-- ARGV[7] count     entries
-- RETURNS {"ok", hint, index, cursor, mended}; index and cursor for the next slice
-- GUARANTEES G8 G9 G10
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/auditing.lua
--@include lib/key_audits.lua

local AUDITS = {
  {keyed, "ZSCAN", audit_keyed}, {behind, "ZSCAN", audit_behind}, {members, "ZSCAN", audit_members},
  {parked, "HSCAN", audit_parked}, {parked_until, "ZSCAN", audit_until}, {order_heads, "HSCAN", audit_heads},
  {deaths_key(), "ZSCAN", audit_deaths},
}
local at, cursor = tonumber(ARGV[5]), ARGV[6]
while AUDITS[at + 1] and redis.call("EXISTS", AUDITS[at + 1][1]) == 0 do at, cursor = at + 1, "0" end
local audit = AUDITS[at + 1]
if not audit then
  audit_kinds()
  return {"ok", finish_changes(), 0, "0", mended}
end
local page = redis.call(audit[2], audit[1], cursor, "COUNT", ARGV[7])
local entries = {}
for i = 1, #page[2], 2 do entries[page[2][i]] = page[2][i + 1] end
audit[3](entries)
if page[1] == "0" then at = at + 1 end
return {"ok", finish_changes(), at, page[1], mended}
