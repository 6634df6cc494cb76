-- Numbers of all sizes as text, and texts as numbers.
local seed = 99
local function rnd(n) seed = seed * 16807 % 2147483647 return seed % n + 1 end
for i = 1, 3000 do
  local m = rnd(1000000) + rnd(1000000) / 1000003
  local e = rnd(60) - 30
  if e == 23 then e = 22 end -- libraries differ in the last bit of 10^23
  local x = (rnd(2) == 1 and -1 or 1) * m * 10 ^ e
  local y = rnd(3) == 1 and math.floor(x) or x
  print(i .. " " .. tostring(y) .. " " .. y .. " " .. string.format("%.14g %.3f %g %.17g", y, y % 1e6, y, y))
end
for i = 1, 400 do
  local k = rnd(2147483646) * 2 ^ (rnd(80) - 40)
  print(i .. " " .. k .. " " .. -k .. " " .. 1 / k .. " " .. k * 1e300 * 1e300)
end
local parts = { "0", "1", "9", "00", "12", ".", "..", "e", "E", "e+", "e-", "0x", "0X", "a", "f", "p", "p-", " ", "\t", "-", "+", "inf", "nan", "0b", "_", "LL", "i", "\0" }
for i = 1, 2000 do
  local t = {}
  for j = 1, rnd(5) do t[j] = parts[rnd(#parts)] end
  local s = table.concat(t)
  local n = tonumber(s)
  local b = rnd(35) + 1
  print(i .. " " .. s:gsub("[^ -~]", "?") .. " " .. tostring(n) .. " " .. tostring((select(2, pcall(tonumber, s, b)))))
end
