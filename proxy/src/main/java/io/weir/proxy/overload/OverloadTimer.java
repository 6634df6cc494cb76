package io.weir.proxy.overload;

/** Timeouts that become shorter under load: {@code ScaleTimersOverloadActionConfig.TimerType}. */
public enum OverloadTimer {
  HTTP_DOWNSTREAM_CONNECTION_IDLE,
  HTTP_DOWNSTREAM_STREAM_IDLE,
  TRANSPORT_SOCKET_CONNECT,
  HTTP_DOWNSTREAM_CONNECTION_MAX
}
