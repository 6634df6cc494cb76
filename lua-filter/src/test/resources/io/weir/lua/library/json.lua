local json, cjson, safe = require "json", require "cjson", require "cjson.safe"
local function same(got, want) if got ~= want then error(tostring(got) .. " is not " .. tostring(want), 2) end end
same(json.encode({ 1, 2, 3 }), "[1,2,3]")
same(json.encode({}), "{}")
same(json.encode({ a = 1 }), '{"a":1}')
same(json.encode("q\"\\/\b\t\n\f\r\1\127"), [["q\"\\\/\b\t\n\f\r\u0001\u007f"]])
same(json.encode(true), "true")
same(json.encode(nil), "null")
same(json.encode(json.null), "null")
same(json.encode({ cjson.null }), "[null]")
same(json.encode(1 / 3), "0.33333333333333")
same(json.encode(-0.0), "-0")
same(json.encode(1e100), "1e+100")
same(json.encode(123456789012), "123456789012")
same(json.encode({ [1] = 1, [3] = 3 }), "[1,null,3]")
same(json.encode({ [2] = "x", a = "y" }):len(), #'{"2":"x","a":"y"}')
same(json.encode({ { { 1 } }, { x = {} } }), '[[[1]],{"x":{}}]')
for _, bad in ipairs { 0 / 0, 1 / 0, print, coroutine.create(print) } do assert(not pcall(json.encode, bad)) end
assert(not pcall(json.encode, { [1] = 1, [1000] = 2 }))
assert(not pcall(json.encode, { [true] = 1 }))
local deep = {} for _ = 1, 1100 do deep = { deep } end
assert(not pcall(json.encode, deep))
local loop = {} loop[1] = loop
assert(not pcall(json.encode, loop))

local t = json.decode('{"a":[1,2.5,-3e2,"x",true,false,null],"b":{"c":"\\u00e9\\ud83d\\ude00\\n\\/"},"n":-0}')
same(#t.a, 7) same(t.a[2], 2.5) same(t.a[3], -300) same(t.a[5], true) same(t.a[7], json.null)
same(t.b.c, "\195\169\240\159\152\128\n/") same(1 / t.n, -1 / 0)
same(json.decode(' [ ] ')[1], nil)
same(json.decode('"\\u0000"'), "\0")
same(json.decode("12345678901234567890"), 12345678901234567890)
for _, bad in ipairs { "", "{", "[", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "nul", "tru", "01", "-", "1 2", '"', '"\\x"', '"\\u12"', '"\\ud800"',
  "[1", "{\"a\":1", "'a'", "\"a\nb\"", "+1", ".5", "1e", "--1", "1-2", "[1 2]", "{\"a\":1,}", "NaN" } do
  assert(not pcall(json.decode, bad), bad)
  local value, err = safe.decode(bad)
  assert(value == nil and type(err) == "string")
end
assert(not pcall(json.decode, ("["):rep(1100)))
assert(select(2, pcall(json.decode, "[1,")):find("Expected value but found T_END at character 4", 1, true))
same(select("#", safe.encode(print)), 2)
same(json.encode(setmetatable({}, json.array_mt)), "[]")
same(json.encode(json.empty_array), "[]")
json.decode_array_with_array_mt(true)
same(json.encode(json.decode('{"a":[]}')), '{"a":[]}')
same(cjson.encode(cjson.decode('{"a":[]}')), '{"a":{}}')
local own = json.new() own.encode_number_precision(3)
same(own.encode(math.pi), "3.14") same(json.encode(math.pi), "3.1415926535898")
own.encode_empty_table_as_object(false) same(own.encode({}), "[]")
