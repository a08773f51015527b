-- How a lease ends. Needs lib/transitions.lua and lib/past.lua.
local TIMED_OUT = 2
local DIES, HOLD_KEY, HOLD_QUEUE = 1, 2, 3
--@each call
local dead_retention = tonumber(ARGV[7])
--@end
-- What is answered: a letter and the state's digit.
local DONE, STALE, NOT_FOUND = "o" .. SUCCEEDED, "s0", "n0"

-- A field of its own costs more than the rest of a small one.
local function put_result(id, r, result)
  if #result <= MAX_INLINE_RESULT_BYTES then
    r.result = result
  else
    put_detail(id, r, RESULT, result)
  end
end

-- Has nothing of a task's key or queue leased for a while; the longer of two holds counts. Without a key there is
-- nothing to hold but by the release's own delay.
local function hold(r, aftermath, ms)
  local key, due = keys_of(r), now_ms + ms
  local q = flow_of_queue()
  if aftermath == HOLD_KEY then
    if key then redis.call("ZADD", holds, "GT", text_of(due), key) end
  elseif due > q.held_until then
    q.held_until = due
    change("HSET", flow, "h", text_of(due))
  end
end

-- Keeps the attempt, and what it failed with. Of a failure the detail is what is kept with the attempt, behind its
-- length, and then all of it, which is returned.
local function keep_failure(id, r, kind, detail)
  local cut = struct.unpack("<I2c0", detail)
  keep_attempt(id, r, kind == FAIL and FAILED or OUT_OF_TIME, cut)
  local failure = string.sub(detail, #cut + 3)
  put_detail(id, r, FAILURE, failure)
  return failure
end

local function settle(id, r, kind, aftermath, delay, detail)
  if kind == TIME_OUT then notify(id, r, TIMED_OUT, "") end
  if kind == COMPLETE then
    to_final(id, r, SUCCEEDED)
    put_result(id, r, detail)
    put_detail(id, r, CHECKPOINT, "")
  else
    local failure = ""
    if kind == RELEASE then
      keep_attempt(id, r, GIVEN_BACK, "")
      r.attempt = r.attempt - 1
      if aftermath >= HOLD_KEY then hold(r, aftermath, tonumber(detail)) end
    else
      failure = keep_failure(id, r, kind, detail)
    end
    local is_spent = kind ~= RELEASE and r.attempt >= max_attempts_of(r)
    if aftermath == DIES or is_spent then
      to_final(id, r, DEAD, dead_retention, failure)
    else
      -- The process outlived what failed, which spent an attempt; nothing would bound what is given back.
      if kind ~= RELEASE then r.crashes = 0 end
      if delay > 0 then to_scheduled(id, r, now_ms + delay) else to_ready(id, r) end
    end
  end
  r.ended = settled(kind, r.state)
end

-- Settles if the token is that of the newest lease and the session has it, or had it last: the token alone
-- proves nothing, since it can be guessed. Returns the answer.
local function end_lease(id, r, session, token, kind, aftermath, delay, detail)
  if r.token ~= token or r.session ~= session then return STALE end
  local is_late_completion = kind == COMPLETE and r.state == READY and r.ended == RECLAIMED
  if r.state == LEASED or is_late_completion then
    settle(id, r, kind, aftermath, delay, detail)
    return "o" .. r.state
  end
  if math.floor(r.ended / 8) == kind then return "r" .. r.ended % 8 end
  return STALE
end
