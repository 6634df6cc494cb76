local b = require "base64"
assert(b.encode("") == "" and b.encode("f") == "Zg==" and b.encode("\0\255") == "AP8=")
assert(b.decode("Zg==") == "f" and b.decode("Zg") == "f" and b.decode("") == "" and b.decode("AP8=") == "\0\255")
assert(b.encode_url("\251\255") == "-_8" and b.decode_url("-_8") == "\251\255" and b.decode_url("-_8=") == "\251\255")
local v, e = b.decode("!!") assert(v == nil and e == "invalid base64")
assert(b.decode("-_8") == nil and b.decode_url("+/8") == nil)
assert(not pcall(b.encode) and not pcall(b.encode, {}))
for i = 0, 255 do local s = string.char(i):rep(i % 7) assert(b.decode(b.encode(s)) == s) end
