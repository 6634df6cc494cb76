package io.weir.filter;

/** A listener's direction: {@code envoy.config.core.v3.TrafficDirection}, same numbers. */
public enum TrafficDirection {
  UNSPECIFIED,
  INBOUND,
  OUTBOUND
}
