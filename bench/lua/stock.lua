-- Runs one of the scripts beside this on a stock interpreter: luajit stock.lua sha256.lua
local clock = os.clock
dofile(arg[1])
local run = RUN
local warm = clock() + 1.5
while clock() < warm do run() end
local best = math.huge
for round = 1, 5 do
  local n, start, now = 0, clock()
  repeat
    for i = 1, 8 do run() end
    n, now = n + 8, clock()
  until now - start >= 0.4
  best = math.min(best, (now - start) / n)
end
print(string.format("%.1f", best * 1e6))
