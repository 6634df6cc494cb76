function envoy_on_request(handle)
  handle:headers():replace("x-custom-header", "my-value")
end
