-- Tells sessions and other processes what changed. Needs lib/apply.lua.

-- To publish only where others listen too: the caller's own process has the hint in the reply.
local OTHERS = "OTHERS"

local function publish(hint)
  if hint_command ~= OTHERS then
    redis.call(hint_command, hint_channel, hint)
  elseif redis.call("PUBSUB", "NUMSUB", hint_channel)[2] > 1 then
    redis.call("PUBLISH", hint_channel, hint)
  end
end

-- Writes everything and publishes one hint at most. Returns the hint, for the caller's own process.
local function finish_changes()
  apply()
  if is_lease_ended and flow_of_queue().is_waited_for then
    redis.call("HDEL", flow, "w")
    hint_ready = true
  end
  local parts = {}
  if hint_ready then parts[#parts + 1] = "\nr" end
  for session in pairs(hint_sessions) do parts[#parts + 1] = "\ns" .. session end
  local ids = {}
  for id in pairs(hint_tasks) do ids[#ids + 1] = id end
  if #ids > 0 then parts[#parts + 1] = "\nt" .. table.concat(ids) end
  if #parts == 0 then return "" end
  local hint = hint_head .. table.concat(parts)
  publish(hint)
  return hint
end

-- Tells the session of a lease that it is over. One whose ttl passed may yet be taken up again.
local function notify(id, r, cause, reason)
  if redis.call("ZSCORE", sessions, r.session) then
    change("RPUSH", notices_key(r.session), struct.pack("<I7B", r.token, cause) .. id .. reason)
    hint_sessions[r.session] = true
  end
end
