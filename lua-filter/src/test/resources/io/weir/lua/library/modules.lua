local t = require "lib.twice"
assert(t.twice("ab") == "abab" and t.name == "lib.twice" and require "lib.twice" == t and package.loaded["lib.twice"] == t)
assert(not pcall(require, "lib.other"))
assert(require "json" == require "json" and require "json" ~= require "cjson")
