for _, name in ipairs { "io", "dofile", "loadfile", "newproxy" } do assert(_G[name] == nil, name) end
for _, name in ipairs { "execute", "exit", "getenv", "remove", "rename", "setlocale", "tmpname" } do assert(os[name] == nil, name) end
for _, name in ipairs { "getinfo", "getregistry", "getmetatable", "setmetatable", "getupvalue", "setupvalue", "sethook", "getfenv", "setfenv", "getlocal" } do assert(debug[name] == nil, name) end
assert(type(os.time()) == "number" and os.date("%Y") and os.clock() and type(debug.traceback()) == "string")
assert(package.loadlib == nil and package.searchpath == nil and #package.loaders == 1 and package.path == "")
assert(not pcall(require, "io") and not pcall(require, "ffi") and not pcall(require, "some.file"))
assert(package.loaded.os == os and package.loaded.io == nil)
assert(require "json".encode({ 1 }) == "[1]" and loadstring("return 1")() == 1)
