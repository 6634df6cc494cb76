local box = require("shared").box
assert(box:get("a") == nil and box:set("a", "text") and box:get("a") == "text")
assert(box:set("n", 5) and box:incr("n", 2) == 7 and box:get("n") == 7 and box:set("t", true) and box:get("t") == true)
assert(box:incr("missing", 1) == nil and box:incr("missing", 1, 10) == 11 and box:incr("a", 1) == nil)
assert(not box:add("a", "other") and box:get("a") == "text" and box:add("new", 1) and box:get("new") == 1)
box:delete("a") assert(box:get("a") == nil and box:set("n", nil) and box:get("n") == nil)
assert(box:set("soon", 1, 1e-9) and box:get("soon") == nil and box:set("late", 1, 3600) and box:get("late") == 1)
assert(not pcall(box.set, box, "k", {}) and not pcall(box.set, box, "k", print) and not pcall(box.set, box, nil, 1))
assert(not box:set("big", ("x"):rep(5000)) and box:get("big") == nil)
for i = 1, 100 do box:set("k" .. i, i) end
assert(box:count() < 25 and box:get("k100") == 100 and box:get("k1") == nil)
assert(box:set("\0\255", "\0\255") and box:get("\0\255") == "\0\255")
box:flush_all() assert(box:count() == 0)
assert(require("shared").none == nil)
