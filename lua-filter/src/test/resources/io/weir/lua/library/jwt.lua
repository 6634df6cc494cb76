local jwt = require "jwt"
-- {"alg":"HS256","typ":"JWT"} {"sub":"1234567890","name":"John Doe","iat":1516239022} with the key your-256-bit-secret
local token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
local t = jwt.decode(token)
assert(t.header.alg == "HS256" and t.payload.name == "John Doe" and t.payload.iat == 1516239022 and #t.signature == 32)
assert(token:sub(1, #t.signed) == t.signed)
assert(jwt.verify(token, "your-256-bit-secret") and jwt.verify(token, "your-256-bit-secret", "HS256"))
assert(not jwt.verify(token, "other") and not jwt.verify(token .. "x", "your-256-bit-secret") and not jwt.verify("x", "y"))
assert(not jwt.verify(token, "your-256-bit-secret", "HS512") and not pcall(jwt.verify, token, "k", "none"))
for _, bad in ipairs { "", "a", "a.b", "a.b.c.d", "!.!.!", "e30.e30", "W10.e30.", "e30.W10.", "e30.bm8.", "e30.e30.!" } do
  local v, e = jwt.decode(bad) assert(v == nil and type(e) == "string", bad)
end
assert(jwt.decode("e30.e30.").payload ~= nil)
