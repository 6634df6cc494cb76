function envoy_on_request(handle)
  handle:headers():replace("x-@name@", "hello")
end

function envoy_on_response(handle)
  handle:headers():replace("x-@name@", "hello")
end
