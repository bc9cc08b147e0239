-- Sends the requests of the file named after `--`: its first line says how many go into one write, then each request
-- follows its length. Prints one line `load-result {...}` at the end.

local function read_requests(path)
  local file = assert(io.open(path, "rb"))
  local pipelining = file:read("*n", "*l")
  local requests = {}
  while true do
    local length = file:read("*n")
    if length == nil then break end
    file:read(1) -- the line feed
    requests[#requests + 1] = assert(file:read(length))
  end
  file:close()
  return pipelining, requests
end

function init(args)
  local pipelining, requests = read_requests(assert(args[1], "usage: wrk -s wrk.lua URL -- FILE"))
  if #requests == 1 then
    -- wrk asks once and sends the same bytes for ever: the cheapest it can do.
    local same = string.rep(requests[1], pipelining)
    wrk.format = function() return same end
    return
  end
  local batches = {}
  for start = 1, #requests do
    local batch = {}
    for offset = 0, pipelining - 1 do
      batch[#batch + 1] = requests[(start - 1 + offset) % #requests + 1]
    end
    batches[start] = table.concat(batch)
  end
  local turn = 0
  request = function()
    turn = turn % #batches + 1
    return batches[turn]
  end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    'load-result {"requests":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f,"refused":%d,"failures":%d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
