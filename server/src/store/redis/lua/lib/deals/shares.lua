-- Deals what is leased to the kinds that a session asks for. Needs lib/deals/lane_leases.lua.
-- As many as a grant asks for: fewer tell the dispatcher that there are no more (LeaseRequest.limit).
local MAX_DEALT = 100

-- Leases so many tasks of kinds that have lanes and of those that have none, which are one line: each gets a fair
-- slice, and what one cannot use goes to the others.
local function lease_shares(laned, unlaned, wanted)
  local goal, open = total + math.min(wanted, MAX_DEALT), {unpack(laned)}
  if #unlaned > 0 then open[#open + 1] = unlaned end
  while total < goal and not is_full and #open > 0 do
    local first, again = now_us % #open, {}
    for i = 1, #open do
      if total >= goal then break end
      local line, slice = open[(first + i) % #open + 1], math.ceil((goal - total) / (#open - i + 1))
      local before = total
      if line == unlaned then lease_lines(unlaned, slice) else lease_lanes(line, slice) end
      if total - before == slice then again[#again + 1] = line end
    end
    open = again
  end
end
