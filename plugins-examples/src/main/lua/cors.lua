-- {"origins": ["https://a.example"], "methods": "GET, POST", "headers": "content-type", "max_age": 600}
local SPACE = "weir.examples.cors"

local function allowed(config, origin)
  for _, known in ipairs(config:get("origins") or {}) do
    if known == origin then return true end
  end
  return false
end

function envoy_on_request(handle)
  local config, headers = handle:filterContext(), handle:headers()
  local origin = headers:get("origin")
  if not origin or not allowed(config, origin) then return end
  handle:streamInfo():dynamicMetadata():set(SPACE, "origin", origin)
  if headers:get(":method") == "OPTIONS" and headers:get("access-control-request-method") then
    handle:respond({
      [":status"] = "204",
      ["access-control-allow-origin"] = origin,
      ["access-control-allow-methods"] = config:get("methods") or "GET, HEAD, POST",
      ["access-control-allow-headers"] = config:get("headers") or "content-type",
      ["access-control-max-age"] = string.format("%d", config:get("max_age") or 600),
      ["vary"] = "origin",
    }, "")
  end
end

function envoy_on_response(handle)
  local kept = handle:streamInfo():dynamicMetadata():get(SPACE)
  if kept then
    handle:headers():replace("access-control-allow-origin", kept.origin)
    handle:headers():replace("vary", "origin")
  end
end
