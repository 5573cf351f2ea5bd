-- Sends the requests of a file one after the other, around and around, and prints what came of them as one line of JSON.
-- In the file they stand as on the wire, separated by a zero byte.

local requests = {}
local nextRequest = 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for text in string.gmatch(file:read("*a"), "[^%z]+") do
    requests[#requests + 1] = text
  end
  file:close()
  nextRequest = tonumber(args[2] or "0")
end

function request()
  nextRequest = nextRequest % #requests + 1
  return requests[nextRequest]
end

function done(summary, latency)
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '{"requests":%d,"micros":%d,"bytes":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, summary.bytes, errors.status, broken, latency:percentile(50), latency:percentile(99)
  ))
end
