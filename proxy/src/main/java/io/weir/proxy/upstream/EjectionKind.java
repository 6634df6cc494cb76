package io.weir.proxy.upstream;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;

/** Why a host is ejected, with the name in statistics and the default share that is enforced. */
enum EjectionKind {
  CONSECUTIVE_5XX("consecutive_5xx", "enforcing_consecutive_5xx", 100),
  CONSECUTIVE_GATEWAY_FAILURE(
      "consecutive_gateway_failure", "enforcing_consecutive_gateway_failure", 0),
  CONSECUTIVE_LOCAL_ORIGIN_FAILURE(
      "consecutive_local_origin_failure", "enforcing_consecutive_local_origin_failure", 100),
  SUCCESS_RATE("success_rate", "enforcing_success_rate", 100),
  LOCAL_ORIGIN_SUCCESS_RATE(
      "local_origin_success_rate", "enforcing_local_origin_success_rate", 100),
  FAILURE_PERCENTAGE("failure_percentage", "enforcing_failure_percentage", 0),
  LOCAL_ORIGIN_FAILURE_PERCENTAGE(
      "local_origin_failure_percentage", "enforcing_failure_percentage_local_origin", 0);

  private final String stat;
  private final String field;
  private final int byDefault;

  EjectionKind(String stat, String field, int byDefault) {
    this.stat = stat;
    this.field = field;
    this.byDefault = byDefault;
  }

  String stat() {
    return stat;
  }

  String field() {
    return field;
  }

  int enforcing(OutlierDetection message) {
    var descriptor = OutlierDetection.getDescriptor().findFieldByName(field);
    return message.hasField(descriptor)
        ? ((UInt32Value) message.getField(descriptor)).getValue()
        : byDefault;
  }
}
