-- The attempts that a task goes on from: the first and the newest in one field, end to end, as
-- domain/attempts/attempt-codec.ts reads them. Needs lib/changes.lua and lib/flow/settings.lua.
-- Delivery, number, outcome, started, ended, worker; the failure, which the client packs, behind that.
local ATTEMPT = "<I2BBI6I6Bc0"
local FAILED, OUT_OF_TIME, CRASHED, GIVEN_BACK = 2, 3, 4, 5

-- Returns where each attempt begins, and where the next would; what is damaged is cut off.
local function starts_of(past)
  local found, at = {}, 1
  while at < #past do
    local next_at = at + 2 + struct.unpack("<I2", past, at)
    if next_at > #past + 1 then break end
    found[#found + 1] = at
    at = next_at
  end
  found[#found + 1] = at
  return found
end

-- Keeps the attempt of a lease that ends, before its record changes, with those before it: the first and so many of
-- the newest.
local function keep_attempt(id, r, outcome, failure)
  local kept = flow_of_queue().history
  if kept == 0 then return end
  local attempt = struct.pack(ATTEMPT, r.deliveries, r.attempt, outcome, r.started, now_ms, #r.worker, r.worker) .. failure
  attempt = struct.pack("<I2", #attempt) .. attempt
  local past = r.deliveries > 1 and redis.call("HGET", details, id .. PAST) or ""
  local starts = starts_of(past)
  local count, first = #starts - 1, ""
  if count > kept then
    first = string.sub(past, 1, starts[2] - 1)
    starts = {starts[count - kept + 2], starts[count + 1]}
  end
  change("HSET", details, id .. PAST, first .. string.sub(past, starts[1], starts[#starts] - 1) .. attempt)
end
