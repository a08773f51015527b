-- The DEAD tasks by the type of their failure: an index that nothing but a death touches, and what ends one.
-- Needs lib/changes.lua.

-- Entries of one type lie side by side: the type ends where it has a zero byte. It comes first in the failure, of
-- which the rest is not decoded: what is half a character to JavaScript is an error here.
local function death_of(id, failure)
  local first = string.match(failure, '^%[(".-[^\\]")') or ""
  local is_sound, parts = pcall(cjson.decode, "[" .. first .. "]")
  local kind = is_sound and type(parts) == "table" and parts[1]
  return string.match(type(kind) == "string" and kind or "", "^%Z*") .. "\0" .. id
end

local function stored_death_of(id)
  return death_of(id, redis.call("HGET", details, id .. LETTERS[FAILURE]) or "")
end

local function leave_deaths(id)
  change("ZREM", deaths_key(), stored_death_of(id))
end
