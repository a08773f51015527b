-- How a task is forgotten. Needs lib/changes.lua.

local function forget(id, r)
  change("HDEL", tasks, id)
  change("HDEL", runs, id)
  for detail, letter in pairs(LETTERS) do
    if has(r, detail) then change("HDEL", details, id .. letter) end
  end
end
