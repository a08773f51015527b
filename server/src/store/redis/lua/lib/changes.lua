-- Collects what a script writes, so that it validates everything first, and writes one variadic
-- command a key. Needs lib/queue.lua and lib/record.lua.
--@each call
local commands, command_at, dirty, dirty_records = {}, {}, {}, {}
local ready_kinds, ready_at, succeeded_at = {}, {}, {}
-- What lib/hints.lua publishes.
local hint_ready, hint_sessions, hint_tasks = false, {}, {}
--@end

-- Returns a command for the caller to append arguments to; nothing comes of it where none are.
local function new_command(command, key)
  local list = {command, key}
  commands[#commands + 1] = list
  return list
end

local function change(command, key, first, second)
  local lists = command_at[key] or {}
  local list = lists[command] or new_command(command, key)
  command_at[key], lists[command] = lists, list
  local at = #list + 1
  list[at] = first
  if second ~= nil then list[at + 1] = second end
end

local function hint_change(id, r)
  if has(r, WATCHED) then hint_tasks[id] = true end
end

-- Has the record written; a change of state is hinted to who watches.
local function save(id, r)
  if not r.is_dirty then
    local at = #dirty + 1
    r.is_dirty, dirty[at], dirty_records[at] = true, id, r
  end
  hint_change(id, r)
end

local function put_detail(id, r, detail, bytes)
  if bytes ~= "" then
    change("HSET", details, id .. LETTERS[detail], bytes)
    r.details = bit.bor(r.details, detail)
  elseif has(r, detail) then
    change("HDEL", details, id .. LETTERS[detail])
    r.details = r.details - detail
  end
end
