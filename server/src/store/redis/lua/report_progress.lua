#!lua flags=allow-oom if_room
-- Stores progress and checkpoints of running attempts, each fenced by its token and its session.
-- ARGV[5...] 5 an item: id, session, token, progress, checkpoint; each of the last two after a "+", or empty
--   to leave what was said before; with a large one it is called as report_progress_if_room, which a full
--   Redis refuses
-- RETURNS {"ok", hint, outcome...}; outcome an item: "ok", "stale"
-- GUARANTEES G4 G16
--@include lib/apply.lua
--@include lib/hints.lua

local ids = {}
for at = 5, #ARGV, 5 do ids[#ids + 1] = ARGV[at] end
local records = load_records(ids)

local function store(id, r, detail, said)
  if said ~= "" then put_detail(id, r, detail, string.sub(said, 2)) end
end

local reply = {"ok", ""}
for i, id in ipairs(ids) do
  local at = i * 5
  local r = records[id]
  local session, token = ARGV[at + 1], tonumber(ARGV[at + 2])
  if r and r.state == LEASED and r.session == session and r.token == token then
    local before = r.details
    store(id, r, PROGRESS, ARGV[at + 3])
    store(id, r, CHECKPOINT, ARGV[at + 4])
    if r.details ~= before then
      save(id, r)
    elseif ARGV[at + 3] ~= "" and has(r, WATCHED) then
      hint_tasks[id] = true
    end
    reply[i + 2] = "ok"
  else
    reply[i + 2] = "stale"
  end
end
reply[2] = finish_changes()
return reply
