package io.weir.controlplane.debug;

import java.util.Map;

/**
 * A request.
 *
 * @param query decoded parameters, the last of each name
 * @param ifMatch the revision that a write expects, or empty
 */
record HttpRequest(
    String method, String path, Map<String, String> query, String body, String ifMatch) {

  String parameter(String name) {
    return query.getOrDefault(name, "");
  }
}
