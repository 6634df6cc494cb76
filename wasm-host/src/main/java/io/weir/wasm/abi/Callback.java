package io.weir.wasm.abi;

import io.weir.wasm.vm.ExportTable;
import java.util.Arrays;

/** The guest's functions that the host calls; the ordinal is the slot. */
public enum Callback {
  MALLOC("malloc", 1, true, 0),
  MEMORY_ALLOCATE("proxy_on_memory_allocate", 1, true, 0),
  CONTEXT_CREATE("proxy_on_context_create", 2, false, 0),
  VM_START("proxy_on_vm_start", 2, true, 1),
  VALIDATE_CONFIGURATION("proxy_validate_configuration", 2, true, 1),
  CONFIGURE("proxy_on_configure", 2, true, 1),
  TICK("proxy_on_tick", 1, false, 0),
  NEW_CONNECTION("proxy_on_new_connection", 1, true, 0),
  DOWNSTREAM_DATA("proxy_on_downstream_data", 3, true, 0),
  UPSTREAM_DATA("proxy_on_upstream_data", 3, true, 0),
  DOWNSTREAM_CLOSE("proxy_on_downstream_connection_close", 2, false, 0),
  UPSTREAM_CLOSE("proxy_on_upstream_connection_close", 2, false, 0),
  /** Two parameters in 0.1.0, three later; either is taken from any module. */
  REQUEST_HEADERS("proxy_on_request_headers", 2, 3, true, 0),
  REQUEST_BODY("proxy_on_request_body", 3, true, 0),
  REQUEST_TRAILERS("proxy_on_request_trailers", 2, true, 0),
  REQUEST_METADATA("proxy_on_request_metadata", 2, true, 0),
  RESPONSE_HEADERS("proxy_on_response_headers", 2, 3, true, 0),
  RESPONSE_BODY("proxy_on_response_body", 3, true, 0),
  RESPONSE_TRAILERS("proxy_on_response_trailers", 2, true, 0),
  RESPONSE_METADATA("proxy_on_response_metadata", 2, true, 0),
  HTTP_CALL_RESPONSE("proxy_on_http_call_response", 5, false, 0),
  GRPC_INITIAL_METADATA("proxy_on_grpc_receive_initial_metadata", 3, false, 0),
  GRPC_RECEIVE("proxy_on_grpc_receive", 3, false, 0),
  GRPC_TRAILING_METADATA("proxy_on_grpc_receive_trailing_metadata", 3, false, 0),
  GRPC_CLOSE("proxy_on_grpc_close", 3, false, 0),
  QUEUE_READY("proxy_on_queue_ready", 2, false, 0),
  FOREIGN_FUNCTION("proxy_on_foreign_function", 3, false, 0),
  DONE("proxy_on_done", 1, true, 1),
  LOG("proxy_on_log", 1, false, 0),
  DELETE("proxy_on_delete", 1, false, 0),
  STATS_UPDATE("envoy_on_stats_update", 2, false, 0),
  RESOLVE_DNS("envoy_on_resolve_dns", 3, false, 0);

  /** All callbacks, in slot order. */
  public static final ExportTable TABLE =
      new ExportTable(Arrays.stream(values()).map(callback -> callback.slot).toList());

  private final ExportTable.Slot slot;

  Callback(String export, int parameters, boolean returnsValue, int absent) {
    this(export, parameters, parameters, returnsValue, absent);
  }

  Callback(String export, int minParameters, int maxParameters, boolean value, int absent) {
    this.slot = new ExportTable.Slot(export, minParameters, maxParameters, value, absent);
  }

  /** The export's name. */
  public String export() {
    return slot.name();
  }
}
