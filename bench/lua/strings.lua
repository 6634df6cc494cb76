-- query, cookie and template handling: patterns and string building
local function unescape(s) return (s:gsub("+"," "):gsub("%%(%x%x)",function(h) return string.char(tonumber(h,16)) end)) end
local function escape(s) return (s:gsub("[^%w%-%._~]",function(c) return string.format("%%%02X",c:byte()) end)) end
local q="a=1&name=Ann+Other&city=S%C3%A3o+Paulo&empty=&list=1%2C2%2C3&flag"
local cookie="sid=abc123==; theme=dark; lang=en-GB; _ga=GA1.2.3.4"
local tpl="Hello {{name}}, welcome to {{city}}! You have {{n}} messages."
RUN = function() local p={} for k,v in q:gmatch("([^&=]+)=?([^&]*)") do p[unescape(k)]=unescape(v) end local c={} for n,v in cookie:gmatch("([^=;%s]+)=([^;]*)") do c[#c+1]=n..":"..v end p.n=5 local s=tpl:gsub("{{(%w+)}}",function(k) return tostring(p[k]) end) local o={} for _,k in ipairs{"name","city","list"} do o[#o+1]=escape(k).."="..escape(p[k] or "") end return s..table.concat(c,";")..table.concat(o,"&"):upper():lower():sub(3,-2) end
