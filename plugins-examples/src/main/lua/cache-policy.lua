-- {"rules": {"image/": "public, max-age=86400"}, "other": "no-store"}
function envoy_on_response(handle)
  local headers, config = handle:headers(), handle:filterContext()
  if headers:get("cache-control") then return end
  local kind = headers:get("content-type") or ""
  for prefix, policy in pairs(config:get("rules") or {}) do
    if kind:sub(1, #prefix) == prefix then
      headers:replace("cache-control", policy)
      return
    end
  end
  headers:replace("cache-control", config:get("other") or "no-store")
end
