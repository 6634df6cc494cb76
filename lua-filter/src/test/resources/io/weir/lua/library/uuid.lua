local uuid, seen = require "uuid", {}
for _ = 1, 200 do
  local u = uuid.v4()
  assert(u:match("^%x%x%x%x%x%x%x%x%-%x%x%x%x%-4%x%x%x%-[89ab]%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"), u)
  assert(not seen[u] and uuid.valid(u)) seen[u] = true
end
assert(not uuid.valid("x") and not uuid.valid(("a"):rep(36)) and uuid.valid("00000000-0000-0000-0000-000000000000"))
