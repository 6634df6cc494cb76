package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.weir.controlplane.config.VirtualService.HeaderOperations;
import io.weir.controlplane.config.VirtualService.HeaderRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Header operations of one rule or destination.
 *
 * @param authority the new host of requests, or empty; it is no header to Envoy
 */
record HeaderEdits(
    List<HeaderValueOption> requestAdd,
    List<String> requestRemove,
    List<HeaderValueOption> responseAdd,
    List<String> responseRemove,
    String authority) {

  static HeaderEdits of(@Nullable HeaderRules rules) {
    HeaderOperations request = rules == null ? null : rules.request();
    HeaderOperations response = rules == null ? null : rules.response();
    return new HeaderEdits(
        additions(request),
        removals(request),
        additions(response),
        removals(response),
        authority(request));
  }

  private static List<HeaderValueOption> additions(@Nullable HeaderOperations operations) {
    List<HeaderValueOption> out = new ArrayList<>();
    if (operations != null) {
      add(out, operations.set(), HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
      add(out, operations.add(), HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD);
    }
    return out;
  }

  private static void add(
      List<HeaderValueOption> out, Map<String, String> headers, HeaderAppendAction action) {
    new TreeMap<>(headers)
        .forEach(
            (name, value) -> {
              if (!isInternal(name)) {
                out.add(
                    HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                        .setAppendAction(action)
                        .build());
              }
            });
  }

  private static List<String> removals(@Nullable HeaderOperations operations) {
    return operations == null
        ? List.of()
        : operations.remove().stream().filter(name -> !isInternal(name)).toList();
  }

  private static String authority(@Nullable HeaderOperations request) {
    if (request == null) {
      return "";
    }
    for (Map<String, String> headers : List.of(request.set(), request.add())) {
      for (Map.Entry<String, String> entry : new TreeMap<>(headers).entrySet()) {
        if (isAuthority(entry.getKey())) {
          return entry.getValue();
        }
      }
    }
    return "";
  }

  /** Envoy refuses to touch these as headers. */
  private static boolean isInternal(String name) {
    return name.startsWith(":") || name.toLowerCase(Locale.ROOT).equals("host");
  }

  private static boolean isAuthority(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals(":authority") || lower.equals("host");
  }
}
