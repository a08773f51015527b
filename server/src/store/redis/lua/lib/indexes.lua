-- How tasks and sessions enter the indexes, which apply() writes. Needs lib/changes.lua.

-- Spells a time out once: Redis would format it anew for each task that has it.
--@each call
local texts = {}
-- What was put off, in the order in which it was.
local put_off_ids = {}
--@end
local PUT_OFF_MS = 60000

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

-- Has what is unreadable looked at again in a minute: it may have been mended, or another version reads it.
local function put_off(id)
  put_off_ids[#put_off_ids + 1] = id
  change("ZADD", scheduled, text_of(now_ms + PUT_OFF_MS), id)
end

-- Takes what is no lease of a session out of what the session holds.
local function drop_held(session, id)
  change("SREM", held_key(session), id)
  if unreadable[id] then put_off(id) end
end
