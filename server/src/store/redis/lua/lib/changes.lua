-- Collects what a script writes, so that it validates everything first, and writes one variadic
-- command a key. Needs lib/queue.lua and lib/record.lua.
local commands, command_at, dirty, dirty_at = {}, {}, {}, {}
local ready_kinds, ready_at = {}, {}
local hint_ready, hint_sessions, hint_tasks = false, {}, {}

local function change(command, key, first, second)
  local name = command .. key
  local list = command_at[name]
  if not list then
    list = {command, key}
    command_at[name] = list
    commands[#commands + 1] = list
  end
  list[#list + 1] = first
  if second ~= nil then list[#list + 1] = second end
end

-- Has the record written; a change of state is hinted to who watches.
local function save(id, r)
  if not dirty_at[id] then
    dirty_at[id] = r
    dirty[#dirty + 1] = id
  end
  if has(r, WATCHED) then hint_tasks[id] = true end
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

local function add_ready(id, r)
  read_terms(r)
  local list = ready_at[r.kind]
  if not list then
    list = {"ZADD", ready_key(r.kind)}
    ready_at[r.kind] = list
    ready_kinds[#ready_kinds + 1] = r.kind
  end
  list[#list + 1] = r.score
  list[#list + 1] = id
end

local function apply()
  for _, id in ipairs(dirty) do change("HSET", tasks, id, pack_record(dirty_at[id])) end
  for _, list in ipairs(commands) do redis.call(unpack(list)) end
  for _, kind in ipairs(ready_kinds) do
    local list = ready_at[kind]
    local added = redis.call(unpack(list))
    -- Who waits for this type found none, so only the first ones are news.
    if redis.call("ZCARD", list[2]) == added then
      redis.call("SADD", types, kind)
      hint_ready = true
    end
  end
  commands, command_at, dirty, dirty_at, ready_kinds, ready_at = {}, {}, {}, {}, {}, {}
end

-- Writes everything and publishes one hint at most. Returns the hint, for the caller's own process.
local function finish_changes()
  apply()
  local parts = {}
  if hint_ready then parts[#parts + 1] = "\nr" end
  for session in pairs(hint_sessions) do parts[#parts + 1] = "\ns" .. session end
  local ids = {}
  for id in pairs(hint_tasks) do ids[#ids + 1] = id end
  if #ids > 0 then parts[#parts + 1] = "\nt" .. table.concat(ids) end
  if #parts == 0 then return "" end
  local hint = hint_head .. table.concat(parts)
  redis.call(hint_command, hint_channel, hint)
  return hint
end
