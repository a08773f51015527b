-- The keys that scripts derive under the queue's hash tag.
--@include lib/arguments.lua
local function ready_key(kind)
  local key = ready_keys[kind]
  if not key then
    key = stem .. "r:" .. kind
    ready_keys[kind] = key
  end
  return key
end

local function session_key(session)
  return stem .. "s:" .. session
end

-- The stream of a live session; false where it is over.
local function stream_of(session)
  local value = redis.call("GET", session_key(session))
  return value and string.match(value, "^%S+")
end

local function held_key(session)
  local key = held_keys[session]
  if not key then
    key = stem .. "h:" .. session
    held_keys[session] = key
  end
  return key
end

-- The DEAD tasks by how they failed (lib/deaths.lua).
local function deaths_key()
  return stem .. "ft"
end

local function notices_key(session)
  return stem .. "n:" .. session
end
