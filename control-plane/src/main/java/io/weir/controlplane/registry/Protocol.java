package io.weir.controlplane.registry;

import java.util.Locale;

/** What is spoken on a service's port, as its declaration says. */
public enum Protocol {
  HTTP,
  HTTP2,
  GRPC,
  GRPC_WEB,
  HTTP_PROXY,
  HTTPS,
  TLS,
  TCP,
  MONGO,
  REDIS,
  MYSQL,
  UDP,
  /** Not declared: the proxy looks at the first bytes. */
  UNKNOWN;

  /** By its name in any case; an unknown name is sniffed. */
  public static Protocol parse(String name) {
    return switch (name.toUpperCase(Locale.ROOT).replace('_', '-')) {
      case "HTTP" -> HTTP;
      case "HTTP2" -> HTTP2;
      case "GRPC" -> GRPC;
      case "GRPC-WEB" -> GRPC_WEB;
      case "HTTP-PROXY" -> HTTP_PROXY;
      case "HTTPS" -> HTTPS;
      case "TLS" -> TLS;
      case "TCP" -> TCP;
      case "MONGO" -> MONGO;
      case "REDIS" -> REDIS;
      case "MYSQL" -> MYSQL;
      case "UDP" -> UDP;
      default -> UNKNOWN;
    };
  }

  /** Whether requests are routed one by one. */
  public boolean isHttp() {
    return switch (this) {
      case HTTP, HTTP2, GRPC, GRPC_WEB, HTTP_PROXY -> true;
      case HTTPS, TLS, TCP, MONGO, REDIS, MYSQL, UDP, UNKNOWN -> false;
    };
  }

  /** Whether upstream connections speak HTTP/2. */
  public boolean isHttp2() {
    return this == HTTP2 || this == GRPC || this == GRPC_WEB;
  }

  /** Whether connections are told apart by SNI. */
  public boolean isTls() {
    return this == HTTPS || this == TLS;
  }

  /** Whether connections are forwarded without a look at requests. */
  public boolean isTcp() {
    return switch (this) {
      case HTTPS, TLS, TCP, MONGO, REDIS, MYSQL -> true;
      case HTTP, HTTP2, GRPC, GRPC_WEB, HTTP_PROXY, UDP, UNKNOWN -> false;
    };
  }
}
