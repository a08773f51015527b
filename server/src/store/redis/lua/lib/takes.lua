-- Takes tasks that are next in line. Needs lib/grants.lua, lib/first_leases.lua and lib/due.lua.
--@each call
local session, worker, max_bytes = ARGV[5], ARGV[7], tonumber(ARGV[9])
--@end

local function take(id, r)
  if not r then return put_off(id) end
  if r.state ~= READY then return end
  if is_overdue(r) then return to_final(id, r, EXPIRED) end
  if is_too_much(payload_bytes_of(r), max_bytes) then return end
  enter(id, r.raw, grant(id, r, session, worker), timeout_of(r))
  for _, detail in ipairs({PAYLOAD, CHECKPOINT, FAILURE}) do
    if has(r, detail) then enter_detail(id, detail) end
  end
end

-- Returns whether it is a task's first lease, and plain.
local function take_first(id, raw)
  local run, timeout, size, is_apart = first_lease(raw, session, worker)
  if not run then return false end
  if not is_too_much(size, max_bytes) then
    enter(id, raw, run, timeout)
    if is_apart then enter_detail(id, PAYLOAD) end
  end
  return true
end

-- Takes tasks until one is too much. Returns how many were looked at, which leave their lines.
local function take_in_turn(ids)
  begin_grants(session)
  local raws, ran = load_packed(tasks, ids), nil
  for i = 1, #ids do
    local id, raw = ids[i], raws[i]
    if raw and not (is_sound(raw) and take_first(id, raw)) then
      ran = ran or load_packed(runs, ids)
      take(id, read_record(id, raw, ran[i]))
    end
    if is_full then return i - 1 end
  end
  return #ids
end

-- Leases so many tasks from the plain lines of some kinds, best first.
local function lease_lines(kinds, wanted)
  local goal = total + wanted
  while total < goal and not is_full do
    local ids, kind_at = candidates(kinds, goal - total)
    if #ids == 0 then break end
    local taken = {}
    for i = 1, take_in_turn(ids) do taken[kind_at[i]] = (taken[kind_at[i]] or 0) + 1 end
    leave_line(taken)
    apply()
  end
end
