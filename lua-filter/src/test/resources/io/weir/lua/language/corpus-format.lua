-- Random directives of string.format with random values.
local seed = 7
local function rnd(n) seed = seed * 16807 % 2147483647 return seed % n + 1 end
local values = { 0, -0.0, 1, -1, 0.5, 2.5, -2.5, 3.14159265358979, 1e15, 1e16, 1e100, 1e-5, 1e-10, 123456789, 2^31, 2^32, 2^53, -2^31, 1/0, -1/0, 0/0, 255, 65, "text", "", "42", "0x10", "1e3", "a\0b", "quo\"te\n\r\\", true, false, 1e-320, 0.1, 1/3, 99999.5, 0.125, 1.005, 9.995, 1e21, 123456.789 }
local conv = { "d", "i", "u", "c", "x", "X", "o", "e", "E", "f", "g", "G", "a", "A", "q", "s", "%" }
local flags = { "", "", "-", "+", " ", "#", "0", "-+", "+0", "#0", " 0" }
local function show(v) return (tostring(v):gsub("[^ -~]", function(c) return "\\" .. c:byte() end):gsub('%[string ".-"%]:%d+: ', "")) end
for i = 1, 4000 do
  local c = conv[rnd(#conv)]
  local f = "%" .. flags[rnd(#flags)] .. (rnd(2) == 1 and "" or tostring(rnd(20))) .. (rnd(2) == 1 and "" or "." .. (rnd(16) - 1)) .. c
  local v = values[rnd(#values)]
  if not (c == "c" and type(v) == "number" and (v ~= v or v > 255 or v < 0)) and not (v == true or v == false) then
    local huge = type(v) == "number" and (v ~= v or v >= 2^63 or v <= -2^63)
    if not (huge and c:find("[diuxXo]")) then
      print(i .. " " .. f .. " " .. show(v) .. " [" .. show(select(2, pcall(string.format, f, v))) .. "]")
    end
  else
    print(i .. " " .. f .. " " .. show(select(2, pcall(string.format, f, v)) ~= nil))
  end
end
