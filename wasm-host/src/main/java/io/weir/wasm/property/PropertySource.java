package io.weir.wasm.property;

import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.TrafficDirection;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.RouteInfo;
import org.jspecify.annotations.Nullable;

/** What one context knows; null for what it does not have (now). */
public interface PropertySource {

  default @Nullable StreamInfo streamInfo() {
    return null;
  }

  default @Nullable HeaderMap requestHeaders() {
    return null;
  }

  default @Nullable HeaderMap responseHeaders() {
    return null;
  }

  default @Nullable HeaderMap responseTrailers() {
    return null;
  }

  default @Nullable RouteInfo route() {
    return null;
  }

  /** The cluster that the stream goes to, null while that is open. */
  default @Nullable String clusterName() {
    return null;
  }

  default Metadata clusterMetadata() {
    return Metadata.EMPTY;
  }

  /** Hosts of that cluster, −1 when there is none. */
  default int endpoints() {
    return -1;
  }

  NodeInfo node();

  TrafficDirection direction();

  Metadata listenerMetadata();

  /** Whether streams go on when the plugin fails. */
  default boolean failsOpen() {
    return false;
  }

  String pluginName();

  String rootId();

  String vmId();
}
