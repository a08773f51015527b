-- The end of a lease, as most are. Lua knows equal strings for the same one, so that the run of tasks that
-- were leased together is looked into once for all of them. Needs lib/record.lua and lib/indexes.lua.

-- By run: its session and token, what it begins with once it has ended, and what leaves its session and is purged with
-- it; false of a run that is not LEASED, has details other than a payload, has an ordering key, is kept for its window, or where time is charged.
--@each call
local plain_ends = {}
-- By session and time: what leaves the session and is purged then.
local leaving = {}
--@end

local function lists_for(session, purge)
  local name = session .. purge
  local lists = leaving[name]
  if not lists then
    lists = {members = new_command("SREM", held_key(session)), purged = succeeding(purge)}
    leaving[name] = lists
  end
  return lists
end

local function look_into(run)
  if not is_sound_run(run) then return false end
  local state, bits, _, token = struct.unpack("<BBBI7", run)
  if state ~= LEASED or bits > PAYLOAD then return false end
  local _, retention, flags = struct.unpack("<I4I5B", run, BOUNDS_IN_RUN)
  if flags % 2 == 1 or flags >= 16 or flow_of_queue().is_by_time then return false end
  local session = struct.unpack("Bc0", run, WORKER_IN_RUN + 1 + string.byte(run, WORKER_IN_RUN))
  local lists = lists_for(session, now_ms + retention)
  -- But for the length of the result, which is 0 in a run that is LEASED.
  local head = struct.pack("<BBBI7I6", SUCCEEDED, bits, settled(COMPLETE, SUCCEEDED), token, now_ms)
    .. string.sub(run, STARTED_IN_RUN, -2)
  return {
    session = session, token = token, head = head, members = lists.members, purged = lists.purged, is_keyed = flags >= 8,
  }
end

-- Returns how a run ends plainly that has this session and token; false where it does not.
local function plain_end(run, session, token)
  local plain = plain_ends[run]
  if plain == nil then
    plain = look_into(run)
    plain_ends[run] = plain
  end
  return plain and plain.token == token and plain.session == session and plain
end

-- Ends the lease of a task of a concurrency key, whose end is plain. Returns whether its key can be told.
local function end_keyed(id, raw)
  local key = raw and is_sound(raw) and key_of_raw(raw)
  if key then end_lease_of_key(id, key) end
  return key
end
