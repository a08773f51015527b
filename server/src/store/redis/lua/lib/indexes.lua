-- How tasks and sessions enter the indexes, which apply() writes. Needs lib/changes.lua.

-- Spells a time out once: Redis would format it anew for each task that has it.
--@each call
local texts = {}
--@end

local function text_of(number)
  local text = texts[number]
  if not text then
    text = string.format("%.0f", number)
    texts[number] = text
  end
  return text
end

-- The command that makes tasks of a type READY, for the caller to append scores and ids to.
local function line_of(kind)
  local list = ready_at[kind]
  if not list then
    list = {"ZADD", ready_key(kind)}
    ready_at[kind] = list
    ready_kinds[#ready_kinds + 1] = kind
  end
  return list
end

local function add_ready(id, kind, score)
  local list = line_of(kind)
  local at = #list
  list[at + 1], list[at + 2] = score, id
end

-- The list of those that succeed and are purged at a time, for the caller to append ids to. One entry of
-- the index has them all: an entry each costs as much as the rest of an end, and none is taken out alone.
local function succeeding(purge)
  local list = succeeded_at[purge]
  if not list then
    list = {}
    succeeded_at[purge] = list
  end
  return list
end

-- Says when the first attempt of a session's leases runs out of time; math.huge where it has none.
local function set_attempts(session, due)
  if due < math.huge then
    change("ZADD", attempts, text_of(due), session)
  else
    change("ZREM", attempts, session)
  end
end
