-- Configuration, as in Java: {"name": "x-weir", "value": "1"}; here it is the route's filter_context.
local function add(handle)
  local config = handle:filterContext()
  handle:headers():replace(config:get("name") or "x-weir", config:get("value") or "1")
end

envoy_on_request = add
envoy_on_response = add
