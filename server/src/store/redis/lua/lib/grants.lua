-- What a lease enters into the indexes and the reply. Needs lib/transitions.lua.

-- The reply and its parts, its ids and their number, and its runs: how many tasks in turn have each.
--@each call
local granted, parts, granted_ids, total, granted_runs = {"ok", "", "", 0, "", "", "", ""}, 8, {}, 0, {}
local last_run, last_count = false, 0
-- The details that the reply lacks yet: their fields, and where they belong.
local fields, places = {}, {}
-- What the tasks of one apply() add to the indexes, and the shortest of their timeouts.
local owned, written, count
local shortest = math.huge

-- The bytes of the payloads so far, and whether there is no room for more.
local bytes, is_full = 0, false
--@end

-- Counts the bytes of a payload; the first task is leased whatever its size.
local function is_too_much(size, max_bytes)
  bytes = bytes + size
  is_full = bytes > max_bytes and total > 0
  return is_full
end

local function begin_grants(session)
  owned, written, count = new_command("SADD", held_key(session)), new_command("HSET", runs), 0
end

local function end_run()
  if last_count > 0 then
    granted_runs[#granted_runs + 1] = struct.pack("<I2I2c0", last_count, #last_run, last_run)
  end
end

local function enter(id, raw, run, timeout)
  local at = 2 * count + 3
  written[at], written[at + 1] = id, run
  owned[count + 3] = id
  count, total = count + 1, total + 1
  parts = parts + 1
  granted_ids[total], granted[parts] = id, raw
  if timeout < shortest then shortest = timeout end
  if run ~= last_run then
    end_run()
    last_run, last_count = run, 0
  end
  last_count = last_count + 1
end

-- Has a detail of the task that was entered last in the reply.
local function enter_detail(id, detail)
  local at = #fields + 1
  parts = parts + 1
  fields[at], places[at], granted[parts] = id .. LETTERS[detail], parts, ""
end

-- Leases a task that was leased before or has details. Returns its run.
local function grant(id, r, session, worker)
  drop_start_deadline(id, r)
  r.state, r.token, r.ended = LEASED, math.max(r.token + 1, now_us), UNSETTLED
  r.attempt, r.deliveries, r.started = r.attempt + 1, math.min(r.deliveries + 1, 65535), now_ms
  r.session, r.worker = session, worker
  put_detail(id, r, PROGRESS, "")
  hint_change(id, r)
  return pack_run(r)
end

-- Completes the reply.
local function finish_grants(session)
  end_run()
  granted[5], granted[6] = table.concat(granted_ids), table.concat(granted_runs)
  granted[7] = table.concat(put_off_ids)
  if total > 0 then redis.call("ZADD", attempts, "LT", text_of(now_ms + shortest), session) end
  if #fields == 0 then return end
  local details_found = load_packed(details, fields)
  for i = 1, #fields do granted[places[i]] = details_found[i] or "" end
end
