-- The end of a lease, as most are. Lua knows equal strings for the same one, so that the run of tasks that
-- were leased together is looked into once for all of them. Needs lib/record.lua and lib/indexes.lua.

-- Returns what a run becomes that has this token and no details but a payload and ends now with this
-- result, the session, and when to purge the task; nil where it is not so plain.
local function plain_end(run, token, result)
  local state, bits, _, run_token = struct.unpack("<BBBI7", run)
  if state ~= LEASED or bits > PAYLOAD or run_token ~= token then return nil end
  local _, retention, flags = struct.unpack("<I4I5B", run, BOUNDS_IN_RUN)
  if flags % 2 == 1 then return nil end
  local session_at = WORKER_IN_RUN + 1 + string.byte(run, WORKER_IN_RUN)
  local ended = struct.pack("<BBBI7I6", SUCCEEDED, bits, settled(COMPLETE, SUCCEEDED), token, now_ms)
    .. string.sub(run, STARTED_IN_RUN, session_at - 1) .. string.char(#result) .. result
  return ended, string.sub(run, session_at + 1), now_ms + retention
end

-- By session and time: what leaves the session and is purged then.
local leaving = {}

local function list_for(session, purge)
  local name = session .. purge
  local list = leaving[name]
  if not list then
    list = {members = new_command("SREM", held_key(session)), purged = succeeding(purge)}
    leaving[name] = list
  end
  return list
end
