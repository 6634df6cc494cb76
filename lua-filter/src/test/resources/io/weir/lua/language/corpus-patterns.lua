-- Random patterns on random subjects; the generator is part of the script, so that every engine
-- makes the same ones.
local seed = 42
local function rnd(n) seed = seed * 16807 % 2147483647 return seed % n + 1 end
local subjects = { "", "a", "abc", "aaa", "hello world", "key=value; k2=v2", "a.b.c", "  trim  ", "(x(y)z)", "%d%s",
  "1234.5e-6", "foo123bar", "a\0b\0c", "\255\128\200", "line1\nline2\r\n", "THE (quick) fox", "[[x]]", "a-b-c--d",
  "/path/to/file.txt?x=1&y=2", "eyJhbGciOiJIUzI1NiJ9.e30.sig", "^start$end", "tab\there", "ab12AB_-", "aXbXc" }
local classes = { ".", "%a", "%d", "%s", "%w", "%p", "%l", "%u", "%x", "%c", "%A", "%D", "%S", "%W", "%z", "%g", "[a-c]", "[^a-c]",
  "[%w_]", "[^%s]", "[]]", "[^]]", "[a-]", "[%a-z]", "x", "a", "b", "=", "%.", "%%", "%-", "(", ")", "()", "%b()", "%f[%w]", "%f[%s]", "%1", "%2", "[", "%", "$", "^", "[%", "[a-%d]" }
local quant = { "", "", "", "*", "+", "-", "?" }
local function pattern()
  local n, out = rnd(5), {}
  if rnd(6) == 1 then out[1] = "^" end
  for _ = 1, n do
    local c = classes[rnd(#classes)]
    local q = quant[rnd(#quant)]
    if rnd(5) == 1 then out[#out + 1] = "(" .. c .. q .. ")" else out[#out + 1] = c .. q end
  end
  if rnd(8) == 1 then out[#out + 1] = "$" end
  return table.concat(out)
end
local replacements = { "", "x", "<%0>", "%1", "%2", "%%", "[%1%1]", "%" }
local function show(...)
  local out = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    out[i] = type(v) == "string" and v:gsub("[^ -~]", function(c) return "\\" .. c:byte() end) or tostring(v)
  end
  return (table.concat(out, "|"):gsub("^%b[]:%d+: ", "")):gsub('%[string "[^|]-"%]:%d+: ', "")
end
for i = 1, 4000 do
  local s, p = subjects[rnd(#subjects)], pattern()
  local kind = rnd(5)
  local line
  if kind == 1 then line = show("find", p, pcall(string.find, s, p, rnd(6) - 2))
  elseif kind == 2 then line = show("match", p, pcall(string.match, s, p))
  elseif kind == 3 then line = show("gsub", p, pcall(string.gsub, s, p, replacements[rnd(#replacements)], rnd(4) == 1 and rnd(3) or nil))
  elseif kind == 4 then line = show("gsubf", p, pcall(string.gsub, s, p, function(...) return select("#", ...) > 1 and "two" or nil end))
  else
    local found, n = {}, 0
    local ok, e = pcall(function()
      for a, b in string.gmatch(s, p) do n = n + 1 found[n] = show(a, b) if n > 20 then break end end
    end)
    line = show("gmatch", p, ok, ok and table.concat(found, ";") or e)
  end
  print(i .. " " .. show(s) .. " " .. line)
end
