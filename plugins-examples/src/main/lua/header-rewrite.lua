-- {"request": {"set": {"x-a": "1"}, "remove": ["x-b"]}, "response": {...}}
local function apply(rules, headers)
  if not rules then return end
  for _, name in ipairs(rules.remove or {}) do headers:remove(name) end
  for name, value in pairs(rules.set or {}) do headers:replace(name, value) end
end

function envoy_on_request(handle)
  apply(handle:filterContext():get("request"), handle:headers())
end

function envoy_on_response(handle)
  apply(handle:filterContext():get("response"), handle:headers())
end
