package io.weir.cli.demo;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds a listener's HTTP filters in a {@code config_dump}. */
final class HttpFilters {
  private HttpFilters() {}

  /** Names of the filters of the listener on {@code port}, in chain order. */
  static List<String> inDump(String dump, int port) throws IOException {
    var json = Struct.newBuilder();
    JsonFormat.parser().merge(dump, json);
    List<String> names = new ArrayList<>();
    for (Value config : list(json.build(), "configs")) {
      Struct listener = struct(struct(config.getStructValue(), "active_state"), "listener");
      Struct address = struct(struct(listener, "address"), "socket_address");
      if ((int)
              address.getFieldsOrDefault("port_value", Value.getDefaultInstance()).getNumberValue()
          == port) {
        collect(listener, names);
      }
    }
    return names;
  }

  private static void collect(Struct listener, List<String> names) {
    for (Value chain : list(listener, "filter_chains")) {
      for (Value filter : list(chain.getStructValue(), "filters")) {
        for (Value http : list(struct(filter.getStructValue(), "typed_config"), "http_filters")) {
          names.add(
              http.getStructValue()
                  .getFieldsOrDefault("name", Value.getDefaultInstance())
                  .getStringValue());
        }
      }
    }
  }

  private static Struct struct(Struct parent, String field) {
    return parent.getFieldsOrDefault(field, Value.getDefaultInstance()).getStructValue();
  }

  private static List<Value> list(Struct parent, String field) {
    ListValue list = parent.getFieldsOrDefault(field, Value.getDefaultInstance()).getListValue();
    return list.getValuesList();
  }
}
