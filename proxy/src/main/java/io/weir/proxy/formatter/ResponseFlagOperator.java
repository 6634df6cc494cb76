package io.weir.proxy.formatter;

import io.weir.filter.ResponseFlag;

/** Prints response flags, separated by commas, in the order of Envoy's documentation. */
record ResponseFlagOperator(boolean longNames) implements Operator {
  private static final ResponseFlag[] ORDER = {
    ResponseFlag.NO_HEALTHY_UPSTREAM,
    ResponseFlag.UPSTREAM_CONNECTION_FAILURE,
    ResponseFlag.UPSTREAM_OVERFLOW,
    ResponseFlag.NO_ROUTE_FOUND,
    ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED,
    ResponseFlag.NO_CLUSTER_FOUND,
    ResponseFlag.DURATION_TIMEOUT,
    ResponseFlag.DOWNSTREAM_CONNECTION_TERMINATION,
    ResponseFlag.FAILED_LOCAL_HEALTH_CHECK,
    ResponseFlag.UPSTREAM_REQUEST_TIMEOUT,
    ResponseFlag.LOCAL_RESET,
    ResponseFlag.UPSTREAM_REMOTE_RESET,
    ResponseFlag.UPSTREAM_CONNECTION_TERMINATION,
    ResponseFlag.DELAY_INJECTED,
    ResponseFlag.FAULT_INJECTED,
    ResponseFlag.RATE_LIMITED,
    ResponseFlag.UNAUTHORIZED_EXTERNAL_SERVICE,
    ResponseFlag.RATE_LIMIT_SERVICE_ERROR,
    ResponseFlag.INVALID_ENVOY_REQUEST_HEADERS,
    ResponseFlag.STREAM_IDLE_TIMEOUT,
    ResponseFlag.DOWNSTREAM_PROTOCOL_ERROR,
    ResponseFlag.UPSTREAM_PROTOCOL_ERROR,
    ResponseFlag.UPSTREAM_MAX_STREAM_DURATION_REACHED,
    ResponseFlag.RESPONSE_FROM_CACHE_FILTER,
    ResponseFlag.NO_FILTER_CONFIG_FOUND,
    ResponseFlag.OVERLOAD_MANAGER,
    ResponseFlag.DNS_RESOLUTION_FAILED,
    ResponseFlag.DROP_OVERLOAD,
    ResponseFlag.DOWNSTREAM_REMOTE_RESET,
    ResponseFlag.UNCONDITIONAL_DROP_OVERLOAD
  };

  @Override
  public boolean alwaysText() {
    return true;
  }

  @Override
  public boolean append(FormatContext context, FormatOutput out) {
    long flags = context.streamInfo().responseFlags();
    if (flags == 0) {
      // A value of its own, in every kind of format.
      out.append('-');
      return true;
    }
    boolean first = true;
    for (ResponseFlag flag : ORDER) {
      if ((flags & flag.bit()) != 0) {
        if (!first) {
          out.append(',');
        }
        first = false;
        out.append(longNames ? flag.longName() : flag.shortName());
      }
    }
    return true;
  }
}
